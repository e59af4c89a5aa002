import Connections

/// What connections have carried that groups show no longer, as far as a filter lets them through.
struct FilteredTotals: Sendable {
  private(set) var totals: GroupTotals
  /// Of it, what the last batch brought of connections that no view shows among the live ones.
  private(set) var recent = ConnectionTable.Activity()
  /// The slots of the kept rows that are in it: whether a filter lets a row through can change.
  private var slots: Set<Int32> = []

  /// Of the rows that are kept.
  init(_ table: ConnectionTable, _ filter: Filter) {
    totals = GroupTotals(halfLife: table.halfLife)
    let matcher = RowMatcher(filter, table)
    let kept = table.closed.keptCount
    totals.reserve(kept)
    slots.reserveCapacity(kept)
    table.forEach(0..<table.bound) { facts, row, slot in
      guard facts.hasRetired, facts.isCounted, matcher.isShown(facts, row) else { return }
      totals.add(
        table.total(of: row, slot),
        to: GroupKey.all(of: row, table),
        sample: table.samples
      )
      slots.insert(slot)
    }
    totals.beginBatch()
  }

  /// Adds what left its groups in the last batch, and takes what got another owner to that one.
  mutating func update(_ table: ConnectionTable, _ filter: Filter) {
    totals.beginBatch()
    recent = ConnectionTable.Activity()
    let matcher = RowMatcher(filter, table)
    for one in table.retired {
      if let owner = one.formerOwner, let slot = one.slot, slots.contains(slot) {
        var row = one.row
        row.owner = owner
        totals.subtract(one.total, from: GroupKey.all(of: row, table))
      }
      if let slot = one.slot { slots.remove(slot) }
      guard matcher.isShown(one.row) else { continue }
      totals.add(one.total, to: GroupKey.all(of: one.row, table), sample: table.samples)
      if let slot = one.slot { slots.insert(slot) }
      if one.formerOwner == nil { recent.add(one.row, in: table.samples) }
    }
    // These groups have rows, unless they are older.
    if totals.isOverfull { totals.prune { table.totals.has($0) } }
  }
}
