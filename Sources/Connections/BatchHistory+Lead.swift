extension BatchHistory {
  /// What brings a new reader to a position: the last keyframe and what follows, as `batches(upTo:)`.
  /// If that is short, what comes before the keyframe precedes it, so that the first samples have
  /// rates, graphs and closed connections.
  ///
  /// - Parameter seconds: how much of the time before the position is wanted.
  package func lead(upTo position: Int64, seconds: Double = 30) async throws -> [PastBatch] {
    var batches = try await self.batches(upTo: position)
    while let first = batches.first, let last = batches.last,
      last.batch.time.seconds(since: first.batch.time) < seconds,
      let previous = try await self.position(before: first.position)
    {
      let earlier = try await self.batches(upTo: previous)
      guard let end = earlier.last, BatchOrigin(end.batch).isContinued(by: first.batch) else {
        break
      }
      batches = earlier + batches
    }
    return batches
  }
}
