/// A batch of the past, with its place among the others.
package struct PastBatch: Sendable {
  /// Grows from each batch of a history to the next, with gaps.
  package let position: Int64
  package let batch: Batch

  package init(position: Int64, batch: Batch) {
    self.position = position
    self.batch = batch
  }
}

/// What happened in a stretch of a history.
package struct PastActivity: Hashable, Sendable {
  /// Payload bytes sent and received; where both ends are of the host, each counts.
  package var bytes: UInt64
  /// Connections that ended without ever being established, timed out or were reset.
  package var failures: UInt64

  package init(bytes: UInt64 = 0, failures: UInt64 = 0) {
    self.bytes = bytes
    self.failures = failures
  }
}

/// Batches of the past, in the order in which they were made: a recording, or the last minutes of a
/// live source. All moments are those of the wall clock (`Batch.wallTime`).
package protocol BatchHistory: Sendable {
  /// The stretches of time without a gap, the oldest first; none if the history is empty. Between
  /// them nothing is known.
  func coverage() async throws -> [ClosedRange<Timestamp>]

  /// The position of the last batch at or before a moment; of the first one if all come later; `nil`
  /// if there is none.
  func position(at moment: Timestamp) async throws -> Int64?

  /// What brings a new reader to a position: the last keyframe at or before it, and the batches from
  /// there on, up to the one at that position. Empty if the history has no such batch any more.
  func batches(upTo position: Int64) async throws -> [PastBatch]

  /// The batch that follows; `nil` after the last one.
  func batch(after position: Int64) async throws -> PastBatch?

  /// The position of the batch before; `nil` before the first one.
  func position(before position: Int64) async throws -> Int64?

  /// What happened in each of so many equal parts of a stretch of time; `nil` where nothing is known.
  func activity(
    in range: ClosedRange<Timestamp>,
    parts: Int
  ) async throws -> [PastActivity?]
}
