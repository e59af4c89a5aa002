import ArgumentParser
import Glibc
import Monitor
import Terminal
import Tracer

/// `nettop top`: the live screen.
struct TopCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "top",
    abstract: "The live screen; where standard output is no terminal, as `list`."
  )

  @OptionGroup var options: TracingOptions
  @OptionGroup var listing: ListingOptions

  @Flag(name: .customLong("no-color"), help: "No colours, as with NO_COLOR in the environment.")
  var noColor = false

  func validate() throws {
    try options.validate()
  }

  func run() async throws {
    if isatty(STDOUT_FILENO) == 0 || listing.format != nil {
      return try await Failure.reported {
        try await Listing(options: options, format: listing.format ?? .table).run()
      }
    }
    if noColor { setenv("NO_COLOR", "1", 1) }
    try await Failure.reported {
      let tracer = try Tracer(options.configuration)
      let filter = try options.filter()
      let session = try await ScreenSession(
        interface: Interface(
          host: Host.name,
          utcOffset: Host.utcOffset,
          sort: options.sortOrder,
          filter: filter
        )
      )
      let ending = try await session.run(
        tracer.batches(every: options.interval),
        samples: options.samples
      )
      await tracer.stop()
      if case .signal(let number) = ending { Signals.die(of: number) }
    }
  }
}
