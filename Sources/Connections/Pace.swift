import Synchronization

/// When the next batch is due; the interval can be changed while somebody waits for it.
final class Pace: Sendable {
  private struct State {
    var interval: Duration
    var sleeper: Task<Void, Never>?
  }

  private let state: Mutex<State>
  private let clock = ContinuousClock()

  init(interval: Duration) {
    state = Mutex(State(interval: interval))
  }

  var interval: Duration { state.withLock { $0.interval } }

  func setInterval(_ interval: Duration) {
    let sleeper = state.withLock { state in
      state.interval = interval
      return state.sleeper
    }
    sleeper?.cancel()
  }

  /// Waits until an interval has passed since `last`, and gives the moment at which it had: that of
  /// the interval that holds in the end.
  func next(after last: ContinuousClock.Instant) async throws(CancellationError)
    -> ContinuousClock.Instant
  {
    while true {
      let sleeper = sleep(from: last)
      await withTaskCancellationHandler {
        await sleeper.value
      } onCancel: {
        sleeper.cancel()
      }
      if Task.isCancelled { throw CancellationError() }
      let due = last + interval
      if due <= clock.now { return due }
    }
  }

  /// Ends when the interval has passed, or is changed.
  private func sleep(from last: ContinuousClock.Instant) -> Task<Void, Never> {
    state.withLock { [clock] state in
      let due = last + state.interval
      let sleeper = Task { () -> Void in try? await Task.sleep(until: due, clock: clock) }
      state.sleeper = sleeper
      return sleeper
    }
  }
}
