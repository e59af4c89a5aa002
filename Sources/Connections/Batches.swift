/// The stream of a source's batches.
package struct Batches: AsyncSequence, Sendable {
  package typealias Element = Batch
  package typealias Failure = any Error

  private let source: any ConnectionSource
  private let pace: Pace

  init(source: any ConnectionSource, interval: Duration) {
    self.source = source
    pace = Pace(interval: interval)
  }

  /// How much time there is between two batches.
  package var interval: Duration { pace.interval }

  /// Changes the interval at once: where it has passed since the last batch, the next one comes now.
  package func setInterval(_ interval: Duration) {
    pace.setInterval(interval)
  }

  package func makeAsyncIterator() -> Iterator {
    Iterator(source: source, pace: pace)
  }

  /// Stops the source with it.
  package final class Iterator: AsyncIteratorProtocol {
    private let source: any ConnectionSource
    private let pace: Pace
    private let clock = ContinuousClock()
    /// When the last batch was due.
    private var last: ContinuousClock.Instant?

    init(source: any ConnectionSource, pace: Pace) {
      self.source = source
      self.pace = pace
    }

    deinit {
      let source = source
      Task { await source.stop() }
    }

    /// The next batch, when its time has come; throws what the source does (the tracer a `SourceError`).
    package func next() async throws -> Batch? { try await next(isKeyframe: false) }

    /// The same, with all connections there are if `isKeyframe`.
    package func next(isKeyframe: Bool) async throws -> Batch? {
      var due: ContinuousClock.Instant?
      if let last {
        do {
          due = try await pace.next(after: last)
        } catch {
          await source.stop()
          return nil
        }
      }
      let batch = try await source.nextBatch(isKeyframe: isKeyframe)
      // Ticks keep their distance from the end of the first batch, which takes longest; those that
      // were slept through are left out.
      let now = clock.now
      let tick = due ?? now
      last = tick + pace.interval < now ? now : tick
      return batch
    }
  }
}
