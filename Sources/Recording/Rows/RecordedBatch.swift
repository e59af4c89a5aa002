import Connections

/// A batch with what each of its deltas adds.
struct RecordedBatch: Sendable {
  /// The number of the batch.
  let id: Int64
  let batch: Batch
  /// One for each delta.
  let growth: [ByteGrowth]
}
