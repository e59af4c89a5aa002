import Connections
import Monitor
import Screens
import Terminal
import Tracer

/// A source and the screen of nettop in this process, all but the terminal: samples are taken
/// when the bench asks for them.
struct Viewer {
  let source: any MeasuredSource
  private(set) var state = ScreenState(host: "bench")
  private let batches: Batches.Iterator

  init(_ source: any MeasuredSource) {
    self.source = source
    // As good as at once: the bench waits by itself.
    batches = source.batches(every: .milliseconds(1)).makeAsyncIterator()
  }

  /// A batch, as the source makes it.
  func batch() async throws -> Batch {
    guard let batch = try await batches.next() else { throw BenchError("the source stopped") }
    return batch
  }

  /// A batch, on the screen.
  @discardableResult
  mutating func sample() async throws -> Batch {
    let batch = try await batch()
    state.apply(batch)
    var canvas = Canvas(width: 200, height: 50)
    state.draw(into: &canvas)
    return batch
  }
}
