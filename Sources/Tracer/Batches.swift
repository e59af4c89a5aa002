/// The stream of a tracer's batches.
package struct Batches: AsyncSequence, Sendable {
  package typealias Element = Batch
  package typealias Failure = any Error

  let tracer: Tracer
  let interval: Duration

  package func makeAsyncIterator() -> Iterator {
    Iterator(tracer: tracer, interval: interval)
  }

  /// Ends the tracer with it.
  package final class Iterator: AsyncIteratorProtocol {
    private let tracer: Tracer
    private let interval: Duration
    private let clock = ContinuousClock()
    private var due: ContinuousClock.Instant?

    init(tracer: Tracer, interval: Duration) {
      self.tracer = tracer
      self.interval = interval
    }

    deinit {
      let tracer = tracer
      Task { await tracer.stop() }
    }

    /// The next batch, when its time has come; throws a `TracerError`.
    package func next() async throws -> Batch? {
      if let due {
        do {
          try await Task.sleep(until: due, clock: clock)
        } catch {
          await tracer.stop()
          return nil
        }
      }
      let batch = try await tracer.nextBatch()
      // Ticks keep their distance from the end of the first batch, which takes longest; those that
      // were slept through are left out.
      let now = clock.now
      let next = (due ?? now) + interval
      due = next < now ? now + interval : next
      return batch
    }
  }
}
