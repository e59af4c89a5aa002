import Monitor
import Resolver
import Tracer

/// Prints samples to standard output.
struct Listing {
  let options: TracingOptions
  let format: ListingOptions.Format
  let setup: Setup

  func run() async throws {
    let tracer = try Tracer(options.configuration)
    let view = View(.connections, sort: setup.settings.order, filter: try options.filter())
    var model = Model(view, retention: .sample)
    var output = StandardOutput()
    var left = options.samples ?? 1
    for try await batch in tracer.batches(every: setup.interval) {
      model.apply(batch)
      switch format {
      case .table, .text:
        let names = try await names(of: model)
        TableFormatter(presentation: setup.settings.presentation, names: names)
          .write(model, to: &output)
      case .json: JSONFormatter().write(model, to: &output)
      }
      left -= 1
      if try output.flush() == .closed || left <= 0 { break }
      if format == .table { output.write("\n") }
    }
    await tracer.stop()
  }

  /// How long a sample waits for the names of its addresses.
  private static let patience = Duration.seconds(5)

  private func names(of model: Model) async throws -> Names {
    guard setup.settings.presentation.hosts == .names else { return setup.resolver.names }
    return try await setup.resolver.names(
      of: model.addresses(at: 0..<model.count),
      within: Self.patience
    )
  }
}
