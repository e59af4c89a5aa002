import Connections
import Synchronization

/// Whether a run has to end, and by which signal: one batch more then, at once, with all that
/// happened until now.
final class Ending: Sendable {
  private struct State {
    var isDue = false
    var signal: Int32?
  }

  private let state = Mutex(State())

  var isDue: Bool { state.withLock { $0.isDue } }
  var signal: Int32? { state.withLock { $0.signal } }

  /// Ends the run.
  func come(_ batches: Batches, by signal: Int32? = nil) {
    state.withLock { state in
      state.isDue = true
      state.signal = state.signal ?? signal
    }
    batches.setInterval(.zero)
  }

  /// Waits for the first signal to end the run.
  ///
  /// - Parameter isHandled: handles a signal that is for something else.
  func await(
    _ signals: AsyncStream<Int32>,
    _ batches: Batches,
    unless isHandled: (Int32) -> Bool = { _ in false }
  ) async {
    for await number in signals where !isHandled(number) { return come(batches, by: number) }
  }
}
