/// The stream of a tracer's batches.
package struct Batches: AsyncSequence, Sendable {
  package typealias Element = Batch
  package typealias Failure = any Error

  private let tracer: Tracer
  private let pace: Pace

  init(tracer: Tracer, interval: Duration) {
    self.tracer = tracer
    pace = Pace(interval: interval)
  }

  /// How much time there is between two batches.
  package var interval: Duration { pace.interval }

  /// Changes the interval at once: where it has passed since the last batch, the next one comes now.
  package func setInterval(_ interval: Duration) {
    pace.setInterval(interval)
  }

  package func makeAsyncIterator() -> Iterator {
    Iterator(tracer: tracer, pace: pace)
  }

  /// Ends the tracer with it.
  package final class Iterator: AsyncIteratorProtocol {
    private let tracer: Tracer
    private let pace: Pace
    private let clock = ContinuousClock()
    /// When the last batch was due.
    private var last: ContinuousClock.Instant?

    init(tracer: Tracer, pace: Pace) {
      self.tracer = tracer
      self.pace = pace
    }

    deinit {
      let tracer = tracer
      Task { await tracer.stop() }
    }

    /// The next batch, when its time has come; throws a `TracerError`.
    package func next() async throws -> Batch? {
      var due: ContinuousClock.Instant?
      if let last {
        do {
          due = try await pace.next(after: last)
        } catch {
          await tracer.stop()
          return nil
        }
      }
      let batch = try await tracer.nextBatch()
      // Ticks keep their distance from the end of the first batch, which takes longest; those that
      // were slept through are left out.
      let now = clock.now
      let tick = due ?? now
      last = tick + pace.interval < now ? now : tick
      return batch
    }
  }
}
