package import Connections

extension Batch {
  /// One batch of several that follow each other, none of them a keyframe: in the place of the first,
  /// with the time of the last. `nil` for none.
  package static func merged(_ batches: [Batch]) -> Batch? {
    var merger = BatchMerger()
    let all = batches.map { RecordedBatch(id: 0, $0) }
    guard let first = batches.first, let merged = merger.merge(all)?.batch else { return nil }
    return Batch(
      sequence: first.sequence,
      isKeyframe: false,
      boot: merged.boot,
      time: merged.time,
      wallOffset: merged.wallOffset,
      deltas: merged.deltas,
      namespaces: merged.namespaces,
      health: merged.health
    )
  }
}
