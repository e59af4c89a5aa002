import Connections

/// What connections that are no longer shown in groups have carried, by what groups them: with it,
/// the totals of a group do not shrink when a connection leaves.
struct GroupTotals: Sendable {
  /// What one connection or several have carried.
  struct Total: Sendable {
    var growth = Growth()
    var lossCauses: LossCauses?
    /// Of `growth`, what the last batch added.
    var recent = Growth()
    /// What they carried in the recent past.
    var average = RateAverage()

    mutating func add(_ other: Total, halfLife: Double) {
      growth += other.growth
      lossCauses = LossCauses.sum(lossCauses, other.lossCauses)
      recent += other.recent
      average.add(other.average, halfLife: halfLife)
    }

    mutating func subtract(_ other: Total, halfLife: Double) {
      growth -= other.growth
      recent -= other.recent
      average.subtract(other.average, halfLife: halfLife)
      guard let mine = lossCauses, let theirs = other.lossCauses else { return }
      lossCauses = mine.growth(since: theirs)
    }
  }

  private struct Entry {
    var total = Total()
    /// The batch that added to it last.
    var sample: UInt64 = 0

    mutating func add(_ other: Total, sample: UInt64, halfLife: Double) {
      if self.sample != sample { total.recent = Growth() }
      total.add(other, halfLife: halfLife)
      self.sample = sample
    }
  }

  /// With more entries, those of groups without a connection leave, the oldest first.
  private static let limit = 30_000

  private let halfLife: Double
  private var entries: [GroupKey: Entry] = [:]
  private var limit = Self.limit
  /// The groups whose totals the last batch changed, some more than once.
  private var changed: [GroupKey] = []
  /// Those of the batch before it: what it added is not recent any more.
  private var formerlyChanged: [GroupKey] = []

  /// - Parameter halfLife: as `ConnectionTable.halfLife`.
  init(halfLife: Double) {
    self.halfLife = halfLife
  }

  /// Makes room for the groups of this many connections.
  mutating func reserve(_ connections: Int) {
    entries.reserveCapacity(min(connections, Self.limit))
    changed.reserveCapacity(3 * min(connections, Self.limit))
  }

  /// The total of a group as of a batch.
  func total(of key: GroupKey, in sample: UInt64) -> Total? {
    guard let entry = entries[key] else { return nil }
    var total = entry.total
    if entry.sample != sample { total.recent = Growth() }
    return total
  }

  /// Whether there is a total of a group.
  func has(_ key: GroupKey) -> Bool { entries[key] != nil }

  var count: Int { entries.count }

  /// The groups to make again.
  var outdated: [GroupKey] { changed + formerlyChanged }

  /// Begins the changes of another batch.
  mutating func beginBatch() {
    formerlyChanged = changed
    changed.removeAll(keepingCapacity: changed.count < 1000)
  }

  /// Counts from here on what connections carry. Rates go on.
  mutating func reset() {
    for key in entries.keys {
      entries[key]?.total.growth = Growth()
      entries[key]?.total.lossCauses = nil
    }
  }

  /// Records what a connection carried that leaves its groups.
  mutating func add(_ total: Total, to keys: [GroupKey], sample: UInt64) {
    for key in keys {
      entries[key, default: Entry()].add(total, sample: sample, halfLife: halfLife)
      changed.append(key)
    }
  }

  /// Takes back what a connection carried that belongs to other groups.
  mutating func subtract(_ total: Total, from keys: [GroupKey]) {
    for key in keys {
      entries[key]?.total.subtract(total, halfLife: halfLife)
      changed.append(key)
    }
  }

  /// Whether entries should leave.
  var isOverfull: Bool { entries.count > limit }

  /// Lets half of the entries that may leave do so, and all beyond the limit.
  mutating func prune(keeping isUsed: (GroupKey) -> Bool) {
    let unused = entries.filter { !isUsed($0.key) }.sorted { $0.value.sample < $1.value.sample }
    for (key, _) in unused.dropLast(Self.limit / 2) { entries[key] = nil }
    // Where most are used, the next look comes only after as many more.
    limit = max(Self.limit, entries.count * 2)
  }
}

extension Counters {
  /// Records what others have carried.
  mutating func add(_ growth: Growth, _ causes: LossCauses?) {
    add(growth)
    if causes != nil { lossCauses = LossCauses.sum(lossCauses, causes) }
  }
}

extension LossCauses {
  /// `nil` adds nothing.
  static func sum(_ lhs: LossCauses?, _ rhs: LossCauses?) -> LossCauses? {
    guard var sum = lhs, let rhs else { return lhs ?? rhs }
    sum += rhs
    return sum
  }

  /// What came since an earlier sample.
  func growth(since old: LossCauses) -> LossCauses {
    var growth = self
    for cause: WritableKeyPath<Retransmits, UInt32> in [\.timeout, \.fast, \.probe, \.syn] {
      growth.retransmits[keyPath: cause] -= min(
        old.retransmits[keyPath: cause],
        retransmits[keyPath: cause]
      )
    }
    growth.drops = drops.compactMap { drop in
      let before = old.drops.first { $0.reason == drop.reason }?.packets ?? 0
      return drop.packets > before ? Drop(reason: drop.reason, packets: drop.packets - before) : nil
    }
    return growth
  }
}
