import Connections

/// A batch with what each of its deltas adds.
struct RecordedBatch: Sendable {
  /// The number of the batch.
  let id: Int64
  let batch: Batch
  /// One for each delta.
  let growth: [ByteGrowth]
}

extension RecordedBatch {
  /// A batch of which nobody asks what its deltas add.
  init(id: Int64, _ batch: Batch) {
    self.init(id: id, batch: batch, growth: batch.deltas.map { _ in ByteGrowth() })
  }
}
