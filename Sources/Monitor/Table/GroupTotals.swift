import Connections

/// What connections that are no longer shown in groups have carried, by what groups them: with it,
/// the totals of a group do not shrink when a connection leaves.
struct GroupTotals: Sendable {
  /// What the connections of a group have in common.
  enum Key: Hashable, Sendable {
    /// `nil` for all that no process is known of.
    case process(Process.ID?)
    case host(Address)
    case namespace(UInt32)
  }

  /// What one connection or several have carried.
  struct Total: Sendable {
    var growth = Growth()
    var lossCauses: LossCauses?

    mutating func add(_ other: Total) {
      growth += other.growth
      lossCauses = LossCauses.sum(lossCauses, other.lossCauses)
    }
  }

  private struct Entry {
    var total = Total()
    /// The batch that changed it last.
    var sample: UInt64 = 0

    mutating func add(_ other: Total, sample: UInt64) {
      total.add(other)
      self.sample = sample
    }
  }

  /// With more entries, those of groups without a connection leave, the oldest first.
  private static let limit = 30_000

  private var entries: [Key: Entry] = [:]
  private var limit = Self.limit

  subscript(key: Key) -> Total? { entries[key]?.total }

  var count: Int { entries.count }

  /// Records what a connection carried that leaves its groups.
  mutating func add(_ total: Total, to keys: [Key], sample: UInt64) {
    for key in keys { entries[key, default: Entry()].add(total, sample: sample) }
  }

  /// Takes what a connection carried from one group to another.
  mutating func move(_ growth: Growth, from old: Key, to new: Key, sample: UInt64) {
    guard old != new else { return }
    entries[old]?.total.growth -= growth
    add(Total(growth: growth), to: [new], sample: sample)
  }

  /// Whether entries should leave.
  var isOverfull: Bool { entries.count > limit }

  /// Lets half of the entries that may leave do so, and all beyond the limit.
  mutating func prune(keeping isUsed: (Key) -> Bool) {
    let unused = entries.filter { !isUsed($0.key) }.sorted { $0.value.sample < $1.value.sample }
    for (key, _) in unused.dropLast(Self.limit / 2) { entries[key] = nil }
    // Where most are used, the next look comes only after as many more.
    limit = max(Self.limit, entries.count * 2)
  }
}

extension GroupTotals.Key {
  /// The groups that a row belongs to, one for each grouping.
  static func all(of row: Row, _ table: ConnectionTable) -> [GroupTotals.Key] {
    [Row.Kind.process, .host, .namespace].map { GroupTotals.Key($0, row, table) }
  }

  init(_ kind: Row.Kind, _ row: Row, _ table: ConnectionTable) {
    switch kind {
    case .host: self = .host(row.remote.address)
    case .namespace: self = .namespace(row.netns)
    case .process, .connection: self = .process(table.owners[row.owner]?.process.id)
    }
  }
}

extension Counters {
  /// Records what others have carried.
  mutating func add(_ total: GroupTotals.Total) {
    add(total.growth)
    if total.lossCauses != nil { lossCauses = LossCauses.sum(lossCauses, total.lossCauses) }
  }
}

extension LossCauses {
  /// `nil` adds nothing.
  static func sum(_ lhs: LossCauses?, _ rhs: LossCauses?) -> LossCauses? {
    guard var sum = lhs, let rhs else { return lhs ?? rhs }
    sum += rhs
    return sum
  }
}
