import ArgumentParser
import Connections
import Glibc

/// `nettop doctor`: what this host supports, and whether nettop's figures are right here.
struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Show what this host supports, and check nettop's figures against the kernel's.",
    discussion: """
      Checks the kernel and the rights first, then opens connections of its own with known \
      traffic (in a network namespace of its own, or on loopback) and compares each figure. The \
      exit status is 0 if all is well, 1 if something is wrong, 77 if rights are missing.
      """
  )

  @OptionGroup var output: FormatOptions
  @OptionGroup var limits: TracerOptions

  @Option(
    help: ArgumentHelp(
      "Then follow the host's own connections for this many seconds, and report what was seen.",
      valueName: "seconds"
    )
  )
  var watch: Int?

  @ParentCommand var nettop: Nettop

  func validate() throws {
    if let watch, !(1...86400).contains(watch) {
      throw ValidationError("--watch takes seconds from 1 to 86400.")
    }
    let given =
      nettop.tracing.given + nettop.order.given + nettop.pace.given + nettop.table.given
      + nettop.listing.given + nettop.recording.given + nettop.past.given + nettop.alerts.given
    try Nettop.refuse(given, of: "doctor", since: "it looks at all connections")
  }

  func run() async throws {
    let format = try output.format(among: FormatOptions.Format.ofDoctor) ?? .text
    var status: Int32 = 0
    try await Failure.reported {
      let style: DoctorReport.Format = format == .json ? .json : .text(isUnicode: Host.isUTF8)
      let run = DoctorRun(watch: watch) { () throws(SourceError) in try limits.open() }
      var report = DoctorReport(style)
      try await run.run(&report)
      try report.end()
      status = report.status
    }
    if status != 0 { throw ExitCode(status) }
  }
}
