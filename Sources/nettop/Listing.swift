import Monitor
import Tracer

/// Prints samples to standard output.
struct Listing {
  let options: TracingOptions
  let format: ListingOptions.Format

  func run() async throws {
    let tracer = try Tracer(options.configuration)
    let view = View(.connections, sort: options.sortOrder, filter: try options.filter())
    var model = Model(view, retention: .sample)
    var output = StandardOutput()
    var left = options.samples ?? 1
    for try await batch in tracer.batches(every: options.interval) {
      model.apply(batch)
      switch format {
      case .table: TableFormatter().write(model, to: &output)
      case .json: JSONFormatter().write(model, to: &output)
      }
      left -= 1
      if try output.flush() == .closed || left <= 0 { break }
      if format == .table { output.write("\n") }
    }
    await tracer.stop()
  }
}
