package import Connections

/// Looks through a history for the batches in which a connection begins to match a filter.
package struct HistorySearch: Sendable {
  package struct Hit: Hashable, Sendable {
    /// Of the batch.
    package let position: Int64
    /// The connection that begins to match there, the first of several.
    package let connection: Connection.ID
  }

  /// Takes the moment that a search has reached.
  package typealias Progress = @Sendable (Timestamp) async -> Void

  private let history: any BatchHistory
  private let filter: Filter

  /// After how many batches a search tells how far it is.
  private static let batchesPerReport = 256

  package init(_ history: any BatchHistory, _ filter: Filter) {
    self.history = history
    self.filter = filter
  }

  /// The nearest hit on one side of a position; `nil` if there is none. Throws `CancellationError`
  /// where its task is cancelled.
  @concurrent
  package func hit(
    _ direction: TimeDirection,
    of position: Int64,
    progress: Progress = { _ in }
  ) async throws -> Hit? {
    switch direction {
    case .forward: try await next(after: position, progress)
    case .backward: try await previous(before: position, progress)
    }
  }

  private func next(after position: Int64, _ progress: Progress) async throws -> Hit? {
    var search = MatchSearch(filter)
    for past in try await history.batches(upTo: position) { search.apply(past.batch) }
    var position = position
    var count = 0
    while let past = try await history.batch(after: position) {
      try Task.checkCancellation()
      position = past.position
      if let connection = search.apply(past.batch) {
        return Hit(position: position, connection: connection)
      }
      count += 1
      if count.isMultiple(of: Self.batchesPerReport) { await progress(past.batch.wallTime) }
    }
    return nil
  }

  /// Goes back from keyframe to keyframe, and through the batches of each forwards.
  private func previous(before position: Int64, _ progress: Progress) async throws -> Hit? {
    guard let last = try await history.position(before: position) else { return nil }
    var segment = try await history.batches(upTo: last)
    while let first = segment.first {
      try Task.checkCancellation()
      await progress(first.batch.wallTime)
      let end = try await history.position(before: first.position)
      var earlier: [PastBatch] = []
      if let end { earlier = try await history.batches(upTo: end) }
      // What matches at the end of the segment before does not begin to in this one.
      var search = MatchSearch(filter)
      for past in earlier { search.apply(past.batch) }
      var hit: Hit?
      for past in segment {
        if let connection = search.apply(past.batch) {
          hit = Hit(position: past.position, connection: connection)
        }
      }
      if let hit { return hit }
      segment = earlier
    }
    return nil
  }
}
