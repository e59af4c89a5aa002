import Connections

/// What makes a row the sum of several.
extension Row {
  /// Takes a connection into a group.
  mutating func add(_ row: RowPointer, _ slot: Int32, _ table: ConnectionTable) {
    join(row, table)
    // A followed one may be shown past the time when the totals have it.
    guard row.pointee.isCounted, !row.pointee.hasRetired else { return }
    let (carried, lossCauses) = table.carried(row, slot)
    add(row, carried, lossCauses, table)
  }

  /// Takes the connections of a part into the group that it is of.
  mutating func merge(_ part: RowPointer, _ table: ConnectionTable) {
    join(part, table)
    add(part, Growth(totals: part.counters), part.pointee.counters.lossCauses, table)
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
    if row.pointee.end == nil { connections += row.pointee.connections }
    if row.pointee.sample == table.samples {
      growth += row.pointee.growth
      if row.pointee.shares?.greatestLimit ?? -1 > shares?.greatestLimit ?? -1 {
        shares = row.pointee.shares
      }
    }
    average.add(row.pointee.average, halfLife: table.halfLife)
    counters.combine(row.counters)
    if counters.drops == nil, row.pointee.counters.drops != nil { counters.drops = 0 }
    counters.add(carried, lossCauses)
    // Their age is that of the oldest, which is not known if one of them is older than the tracer.
    openedAt = openedAt.flatMap { mine in row.pointee.openedAt.map { min(mine, $0) } }
    seenAt = min(seenAt, row.pointee.openedAt ?? row.pointee.seenAt)
  }
}
