import Connections

/// The connections of large groups in parts of a few, each with its sum, so that a change of one
/// connection adds up its part and the sums of the others, not all of the group.
///
/// Which connections are a part depends on nothing but the slots in the group. So sums are the same,
/// to the last bit of their averages, however the group came about.
struct GroupParts: Sendable {
  /// By slot, the first connection of its part; -1 for one that is in none.
  private(set) var leaders: [Int32] = []
  /// By the slot of a leader, where the sum of its part is; -1 for none.
  private var places: [Int32] = []
  /// By the slot of a leader, whether the sum is out of date.
  private var isOutdated: [Bool] = []
  private var sums: [Row] = []
  private var free: [Int32] = []

  /// Whether a connection begins a part, unless it is the first of its group: one in 16 does.
  static func isBeginning(_ slot: Int32) -> Bool {
    var hash = UInt32(bitPattern: slot) &* 0x9e37_79b1
    hash = (hash ^ hash >> 15) &* 0x85eb_ca77
    return (hash ^ hash >> 13) & 15 == 0
  }

  /// Makes room for the slots below a bound; those beyond it are in no part.
  mutating func resize(_ bound: Int) {
    guard leaders.count != bound else { return }
    if leaders.count > bound {
      leaders = Array(leaders[..<bound])
      places = Array(places[..<bound])
      isOutdated = Array(isOutdated[..<bound])
    } else {
      leaders += repeatElement(-1, count: bound - leaders.count)
      places += repeatElement(-1, count: bound - places.count)
      isOutdated += repeatElement(false, count: bound - isOutdated.count)
    }
  }

  /// Below this many parts nothing is given back.
  private static let leastRoom = 256

  /// How many parts there is room for without more memory.
  var room: Int { sums.capacity }

  /// Gives memory back once far fewer parts are left than there were.
  mutating func shrink() {
    guard sums.count > Self.leastRoom, free.count * 4 > sums.count * 3 else { return }
    var left: [Row] = []
    left.reserveCapacity((sums.count - free.count) * 2)
    for slot in places.indices where places[slot] >= 0 {
      left.append(sums[Int(places[slot])])
      places[slot] = Int32(left.count - 1)
    }
    (sums, free) = (left, [])
  }

  /// The first connection of a slot's part; `nil` if it is in none.
  func leader(of slot: Int32) -> Int32? {
    guard Int(slot) < leaders.count, leaders[Int(slot)] >= 0 else { return nil }
    return leaders[Int(slot)]
  }

  /// Takes a connection out of its part.
  mutating func leave(_ slot: Int32) {
    guard let leader = leader(of: slot) else { return }
    leaders[Int(slot)] = -1
    isOutdated[Int(leader)] = true
    guard leader == slot, places[Int(slot)] >= 0 else { return }
    free.append(places[Int(slot)])
    places[Int(slot)] = -1
  }

  /// Puts a connection into the part that another one leads, or itself.
  mutating func join(_ slot: Int32, _ leader: Int32) {
    guard leaders[Int(slot)] != leader else { return }
    leave(slot)
    leaders[Int(slot)] = leader
    isOutdated[Int(leader)] = true
  }

  /// Adds up a connection of a part whose sum is out of date, the leader first.
  mutating func add(
    _ row: RowPointer,
    _ slot: Int32,
    _ leader: Int32,
    _ table: ConnectionTable,
    _ kind: Row.Kind
  ) {
    guard isOutdated[Int(leader)] else { return }
    if slot == leader { begin(slot, row, kind) }
    sums[Int(places[Int(leader)])].addTotals(of: row, slot, table)
  }

  private mutating func begin(_ leader: Int32, _ row: RowPointer, _ kind: Row.Kind) {
    var sum = Row(kind, number: 0, of: row)
    // Its age is that of those that count.
    sum.openedAt = Timestamp(nanoseconds: .max - 1)
    sum.seenAt = Timestamp(nanoseconds: .max - 1)
    if places[Int(leader)] < 0 {
      places[Int(leader)] = free.popLast() ?? Int32(sums.count)
      if Int(places[Int(leader)]) == sums.count { sums.append(sum) }
    }
    sums[Int(places[Int(leader)])] = sum
  }

  /// Ends adding up the part of a leader, and calls `body` with its sum.
  mutating func finish(_ leader: Int32, _ body: (RowPointer) -> Void) {
    isOutdated[Int(leader)] = false
    sums.withUnsafeBufferPointer {
      body($0.baseAddress.unsafelyUnwrapped + Int(places[Int(leader)]))
    }
  }
}
