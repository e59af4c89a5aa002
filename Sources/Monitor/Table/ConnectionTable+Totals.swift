import Connections

/// What groups count: what their connections have carried since the first batch, or since somebody
/// set that back.
extension ConnectionTable {
  /// What a row has carried that counts.
  func carried(_ row: RowPointer, _ slot: Int32) -> (growth: Growth, lossCauses: LossCauses?) {
    var growth = Growth()
    if !row.pointee.isUncarried {
      growth = Growth(totals: row.counters)
      if row.pointee.hasBase, let base = bases[slot] { growth -= base }
    }
    guard let lossCauses = row.counters.lossCauses else { return (growth, nil) }
    return (growth, lossBases[slot].map { lossCauses.growth(since: $0) } ?? lossCauses)
  }

  /// Likewise, with what it carried lately.
  func total(of row: Row, _ slot: Int32) -> GroupTotals.Total { row.read { total(of: $0, slot) } }

  func total(of row: RowPointer, _ slot: Int32) -> GroupTotals.Total {
    let (growth, lossCauses) = carried(row, slot)
    return GroupTotals.Total(
      growth: growth,
      lossCauses: lossCauses,
      recent: row.pointee.sample == samples ? row.pointee.growth : Growth(),
      average: row.pointee.average
    )
  }

  /// Keeps what a row has carried that does not count, before it carries more.
  mutating func keepBase(_ slot: Int32) {
    guard rows.values[Int(slot)].isUncarried else { return }
    rows.values[Int(slot)].isUncarried = false
    rows.values[Int(slot)].hasBase = true
    let growth = Growth(totals: rows.values[Int(slot)].counters)
    bases.insert(growth, for: slot)
  }

  /// Starts to count what a new row carries: all of it, unless it is older than the first batch
  /// that reported it.
  mutating func beginTotal(_ slot: Int32, _ row: Row) {
    guard keepsTotals else { return }
    if !lossBases.isEmpty { lossBases[slot] = nil }
    rows.values[Int(slot)].isUncarried = !row.isCountedFromZero && !row.isListener
  }

  /// Counts from here on.
  mutating func resetTotals() {
    totals.reset()
    (bases, lossBases) = (CarriedBases(), [:])
    for slot in 0..<bound where rows.isUsed(slot) {
      rows.values[Int(slot)].isUncarried = true
      rows.values[Int(slot)].hasBase = false
      lossBases[slot] = rows.values[Int(slot)].counters.lossCauses
      touch(slot)
    }
  }

  /// Keeps what a row has carried, as it leaves its groups.
  mutating func retire(_ slot: Int32) {
    guard keepsTotals, let row = rows.value(at: slot), row.isCounted, !row.isListener else {
      return
    }
    retire(row, slot, total(of: row, slot))
  }

  /// Keeps what a closed connection has carried that was never a row.
  mutating func retire(_ connection: Connection) {
    guard keepsTotals else { return }
    let owner = owners.retain(connection.owner)
    var row = Row(connection, owner: owner, sample: samples, at: time)
    row.end = connection.end ?? Connection.End(at: time, reason: .unknown)
    row.begin(at: connection.openedAt ?? time, times)
    let total = GroupTotals.Total(
      growth: Growth(totals: row.counters),
      lossCauses: row.counters.lossCauses,
      recent: row.growth,
      average: row.average
    )
    retire(row, nil, total)
    owners.release(owner)
  }

  private mutating func retire(_ row: Row, _ slot: Int32?, _ total: GroupTotals.Total) {
    totals.add(total, to: GroupKey.all(of: row, self), sample: samples)
    guard keepsRetired else { return }
    owners.keep(row.owner)
    retired.append(Retired(row: row, slot: slot, total: total))
  }

  /// Forgets which rows have left their groups in the batch before.
  mutating func forgetRetired() {
    totals.beginBatch()
    for one in retired {
      owners.release(one.row.owner)
      if let former = one.formerOwner { owners.release(former) }
    }
    retired.removeAll(keepingCapacity: retired.count < 1000)
  }

  /// Takes what a connection has carried to the group of another owner, if its row has left. Both
  /// owners are in use.
  mutating func moveTotal(_ slot: Int32, from old: OwnerTable.Slot, to new: OwnerTable.Slot) {
    guard keepsTotals, var row = rows.value(at: slot), row.hasRetired, row.isCounted else {
      return
    }
    let total = total(of: row, slot)
    row.owner = new
    if !owners.isSameProcess(old, new) {
      totals.subtract(total, from: [.process(owners.process(of: old))])
      totals.add(total, to: [.process(owners.process(of: new))], sample: samples)
    }
    guard keepsRetired else { return }
    owners.keep(old)
    owners.keep(new)
    retired.append(Retired(row: row, slot: slot, total: total, formerOwner: old))
  }

  /// Bounds what is kept of groups that have no connection any more.
  mutating func pruneTotals() {
    guard totals.isOverfull else { return }
    var used: Set<GroupKey> = []
    for row in rows.all where !row.hasRetired {
      used.formUnion(GroupKey.all(of: row, self))
    }
    totals.prune { used.contains($0) }
  }
}

extension ConnectionTable {
  /// What a connection had carried when it left its groups, or when it got another owner later.
  struct Retired: Sendable {
    let row: Row
    /// `nil` if it never was a row.
    let slot: Int32?
    let total: GroupTotals.Total
    /// The owner in whose group the total was until now; `nil` if the connection leaves only now.
    var formerOwner: OwnerTable.Slot?
  }
}

extension Row {
  /// Whether it ended and lingers no longer, so that no group shows it.
  @inline(__always)
  var hasRetired: Bool { end != nil && !lingers }
}

extension ConnectionTable.Activity {
  /// Adds what a batch brought of a row.
  mutating func add(_ row: Row, in sample: UInt64) { row.read { add($0, in: sample) } }

  mutating func add(_ row: RowPointer, in sample: UInt64) {
    guard row.pointee.sample == sample, row.pointee.isCounted else { return }
    if row.pointee.seconds > 0 { growth += row.pointee.growth }
    if row.pointee.firstSample == sample, row.pointee.openedAt != nil, !row.pointee.isListener {
      opened += 1
    }
    if row.pointee.end != nil { closed += 1 }
  }
}
