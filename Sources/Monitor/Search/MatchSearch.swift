package import Connections

/// Tells in which batches a connection begins to match a filter.
///
/// Pure. What matches in the first batch has matched before as far as anybody knows, and so has what
/// matches in the first batch of a source that started again.
package struct MatchSearch: Sendable {
  private let filter: Filter
  private var table = ConnectionTable(retention: .sample)
  /// The connections that match, by their slots.
  private var matching: [Int32: Connection.ID] = [:]
  /// The batch before.
  private var origin: BatchOrigin?

  package init(_ filter: Filter) {
    self.filter = filter
  }

  /// Applies the next batch.
  ///
  /// - Returns: the first connection that matches from this batch on; `nil` if none does.
  @discardableResult
  package mutating func apply(_ batch: Batch) -> Connection.ID? {
    let isFirst = origin?.isContinued(by: batch) != true
    if isFirst {
      table = ConnectionTable(retention: .sample)
      matching = [:]
    }
    origin = BatchOrigin(batch)
    let isRenamed = table.apply(batch)
    let dirty = table.takeDirty()
    defer { table.clean(dirty) }
    let looksAtAll =
      filter.dependsOnTime || table.wallClockWasSet || isRenamed && filter.dependsOnNamespaces
    let found = looksAtAll ? look(at: 0..<table.bound) : look(at: dirty)
    return isFirst ? nil : found
  }

  private mutating func look(at slots: some Sequence<Int32>) -> Connection.ID? {
    let matcher = RowMatcher(filter, table)
    let includesListeners = filter.asksForListeners
    var found: Connection.ID?
    for slot in slots {
      guard let row = table[slot], includesListeners || !row.isListener, matcher.isShown(row) else {
        matching[slot] = nil
        continue
      }
      // A slot can have another connection by now.
      if matching.updateValue(row.id, forKey: slot) != row.id, found == nil { found = row.id }
    }
    return found
  }
}
