import Connections

/// What makes a row the sum of several.
extension Row {
  /// Takes a connection into a group.
  mutating func add(_ row: RowPointer, _ slot: Int32, _ table: ConnectionTable) {
    addTotals(of: row, slot, table)
    addChange(of: row, table)
  }

  /// Takes into a group what a connection is and has carried, all but what the last batch brought.
  mutating func addTotals(of row: RowPointer, _ slot: Int32, _ table: ConnectionTable) {
    join(row, table)
    guard row.isInGroups else { return }
    let (carried, lossCauses) = table.carried(row, slot)
    add(row, carried, lossCauses, table)
  }

  /// Takes into a group what the last batch brought of a connection.
  ///
  /// - Parameter winsTie: whether a connection that is limited as much as another one takes its place.
  /// - Returns: whether it is the one that is limited most so far.
  @discardableResult
  mutating func addChange(
    of row: RowPointer,
    _ table: ConnectionTable,
    winsTie: Bool = false
  ) -> Bool {
    guard row.pointee.sample == table.samples, row.isInGroups else { return false }
    growth += row.pointee.growth
    guard let theirs = row.pointee.shares else { return false }
    if let mine = shares?.greatestLimit {
      let other = theirs.greatestLimit
      guard other > mine || winsTie && other == mine else { return false }
    }
    shares = theirs
    return true
  }

  /// Takes the connections of a part into the group that it is of, all but what the last batch brought.
  mutating func merge(_ part: RowPointer, _ table: ConnectionTable) {
    join(part, table)
    add(part, Growth(totals: part.counters), part.counters.lossCauses, table)
  }

  /// Keeps what it has in common with another row.
  private mutating func join(_ row: RowPointer, _ table: ConnectionTable) {
    if row.pointee.netns != netns { netns = 0 }
    if owner != OwnerTable.several, owner != row.pointee.owner {
      let isOfSeveral = row.pointee.owner == OwnerTable.several
      if isOfSeveral || !table.owners.isSameProcess(row.pointee.owner, owner) {
        owner = OwnerTable.several
      }
    }
    if row.pointee.remote.port != remote.port {
      remote = Endpoint(address: remote.address, port: 0)
    }
    let isTaggedToo = row.pointee.isTagged
    hasTaggedConnections =
      hasTaggedConnections || isTaggedToo || row.pointee.hasTaggedConnections
    isTagged = isTagged && isTaggedToo
  }

  private mutating func add(
    _ row: RowPointer,
    _ carried: Growth,
    _ lossCauses: LossCauses?,
    _ table: ConnectionTable
  ) {
    if row.pointee.endReason == nil { connections += row.pointee.connections }
    average.add(row.pointee.average, halfLife: table.halfLife)
    counters.combine(row.counters)
    if row.counters.hasDrops, counters.drops == nil { counters.drops = 0 }
    counters.add(carried, lossCauses)
    // Their age is that of the oldest, which is not known if one of them is older than the tracer.
    openedAt = openedAt.flatMap { mine in row.pointee.openedAt.map { min(mine, $0) } }
    seenAt = min(seenAt, row.pointee.openedAt ?? row.pointee.seenAt)
  }
}

extension RowPointer {
  /// Whether the sums of groups have the row. A followed one may be shown past the time when the totals
  /// have it.
  @inline(__always)
  fileprivate var isInGroups: Bool {
    pointee.isCounted && (pointee.endReason == nil || pointee.lingers)
  }
}
