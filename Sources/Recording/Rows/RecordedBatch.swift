import Connections

/// A batch with what each of its deltas adds.
struct RecordedBatch: Sendable {
  let batch: Batch
  /// One for each delta.
  let growth: [ByteGrowth]
}
