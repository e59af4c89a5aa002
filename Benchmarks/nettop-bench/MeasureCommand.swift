import ArgumentParser
import Glibc
import Tracer

extension LiveSource.Choice: ExpressibleByArgument {
  public static var allValueStrings: [String] { [bpf.rawValue, diag.rawValue] }
}

/// `nettop-bench measure`, the default: measures and prints a table.
struct MeasureCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "measure",
    abstract: "Measure, and print each figure with its budget."
  )

  @Option(parsing: .upToNextOption, help: "Measure only these parts.")
  var only: [Part] = []

  @Option(parsing: .upToNextOption, help: "Measure only these sources.")
  var source: [LiveSource.Choice] = [.bpf, .diag]

  @Flag(help: "A short run: a look, not a figure to quote.")
  var quick = false

  func validate() throws {
    if geteuid() != 0 { throw ValidationError("The bench loads BPF programs: run it as root.") }
  }

  func run() async throws {
    var report = Report()
    for part in Part.allCases where only.isEmpty || only.contains(part) {
      for source in source where part.measures(source) {
        report.section("\(part.rawValue), \(source.rawValue)")
        try await part.measure(source, &report, quick: quick)
      }
    }
    report.summary()
  }
}
