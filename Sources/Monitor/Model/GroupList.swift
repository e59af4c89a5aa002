import Connections

/// Connections in groups, each group followed by its connections unless it is folded.
struct GroupList: RowSource, Sendable {
  /// A row of the list.
  enum Item: Hashable {
    /// A group, by its number.
    case group(Int)
    /// A connection, by its slot in the table.
    case connection(Int32)
  }

  /// The groups as rows, by their number.
  private var rows: [Row] = []
  /// The groups in their order.
  private var places: [RowPlace] = []
  /// The position of each group among the items, in their order.
  private var starts: [Int] = []
  /// The connections of the groups that are not folded, group after group in their order.
  private var members: [Int32] = []
  private(set) var count = 0

  /// The number of each slot's group; -1 for none.
  private var numbers: [Int32] = []
  /// How many connections each group has, closed ones that linger among them.
  private var sizes: [Int] = []

  var groupCount: Int { rows.count }
  var bound: Int32 { Int32(rows.count) }

  subscript(slot: Int32) -> Row? { rows.indices.contains(Int(slot)) ? rows[Int(slot)] : nil }

  /// The groups of the connections that are shown.
  ///
  /// - Parameters:
  ///   - totals: what those have carried that are shown no longer.
  ///   - groups: about how many there will be.
  init(
    _ kind: Row.Kind,
    _ shown: ShownRows,
    _ table: ConnectionTable,
    _ totals: GroupTotals,
    expecting groups: Int = 0
  ) {
    var grouper = Grouper(kind, table, expecting: groups)
    numbers = Array(repeating: -1, count: Int(table.bound))
    rows.reserveCapacity(groups)
    // By slot rather than in their order: that is as they stand in memory.
    for slot in 0..<table.bound where shown[slot] {
      guard let row = table[slot] else { continue }
      let number = grouper.group(of: row)
      if number == rows.count {
        rows.append(Row(kind, number: grouper.identity(of: row), of: row))
        sizes.append(0)
      }
      rows[number].add(row, slot, table, grouper)
      sizes[number] += 1
      numbers[Int(slot)] = Int32(number)
    }
    for index in rows.indices {
      if let total = totals[GroupTotals.Key(kind, rows[index], table)] {
        rows[index].counters.add(total)
      }
      rows[index].finish(table)
    }
  }

  /// Puts the groups and their connections into their places.
  ///
  /// - Parameters:
  ///   - order: the connections that are shown, in their order.
  ///   - earlier: whose order of groups is kept, where it is frozen.
  mutating func arrange(
    _ order: RowOrder,
    _ view: View,
    _ table: ConnectionTable,
    keeping earlier: GroupList?
  ) {
    sort(view.sort, table, keeping: earlier)
    lay(out: order, view.folding)
  }

  /// Gives every group and connection its position.
  mutating func lay(out order: RowOrder, _ folding: Folding) {
    let unfolded = rows.indices.map { folding.isFolded(rows[$0].id) ? 0 : sizes[$0] }
    /// Where the next connection of each group goes; -1 for none.
    var next = [Int](repeating: -1, count: rows.count)
    count = 0
    starts.removeAll(keepingCapacity: true)
    for place in places {
      let number = Int(place.slot)
      if unfolded[number] > 0 { next[number] = count - starts.count }
      starts.append(count)
      count += 1 + unfolded[number]
    }
    members = Array(repeating: 0, count: count - places.count)
    if members.isEmpty { return }
    for place in order.places {
      let number = Int(numbers[Int(place.slot)])
      guard number >= 0, next[number] >= 0 else { continue }
      members[next[number]] = place.slot
      next[number] += 1
    }
  }

  private mutating func sort(
    _ sort: SortOrder,
    _ table: ConnectionTable,
    keeping earlier: GroupList?
  ) {
    let comparator = RowComparator(sort)
    places = rows.indices.map { comparator.place(rows[$0], Int32($0), table) }
    comparator.sort(&places, self, table)
    guard let earlier else { return }
    var ranks: [Connection.ID: Int] = [:]
    for (rank, place) in earlier.places.enumerated() {
      ranks[earlier.rows[Int(place.slot)].id] = rank
    }
    func rank(_ place: RowPlace) -> Int { ranks[rows[Int(place.slot)].id] ?? .max }
    places.sort { rank($0) < rank($1) }
  }

  func item(at position: Int) -> Item? {
    guard position >= 0, position < count else { return nil }
    let index = lastGroup { starts[$0] <= position }
    if starts[index] == position { return .group(Int(places[index].slot)) }
    return .connection(members[position - index - 1])
  }

  /// Where a group stands.
  func position(ofGroup id: Connection.ID) -> Int? {
    places.firstIndex { rows[Int($0.slot)].id == id }.map { starts[$0] }
  }

  /// Where a connection stands, if its group is not folded.
  func position(ofConnection slot: Int32) -> Int? {
    guard let member = members.firstIndex(of: slot) else { return nil }
    // Before its first connection, a group has as many groups above as its index.
    return member + lastGroup { starts[$0] - $0 <= member } + 1
  }

  /// The index of the last group that meets a condition, which all before it meet too, or 0.
  private func lastGroup(where isMet: (Int) -> Bool) -> Int {
    var (low, high) = (0, starts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if isMet(middle) { low = middle } else { high = middle }
    }
    return low
  }
}

extension Row {
  /// Takes a connection into a group.
  fileprivate mutating func add(
    _ row: Row,
    _ slot: Int32,
    _ table: ConnectionTable,
    _ grouper: Grouper
  ) {
    if row.netns != netns { netns = 0 }
    if !grouper.isSameProcess(row.owner, owner) { owner = OwnerTable.several }
    if row.remote.port != remote.port { remote = Endpoint(address: remote.address, port: 0) }
    isTagged = isTagged && row.isTagged
    hasTaggedConnections = hasTaggedConnections || row.isTagged
    // A followed one may be shown past the time when the totals have it.
    guard row.isCounted, !row.hasRetired else { return }
    if row.end == nil { connections += 1 }
    if row.sample == table.samples {
      growth += row.growth
      if row.shares?.greatestLimit ?? -1 > shares?.greatestLimit ?? -1 { shares = row.shares }
    }
    average.add(row.average, halfLife: table.halfLife)
    counters.combine(row.counters)
    if counters.drops == nil, row.counters.drops != nil { counters.drops = 0 }
    counters.add(table.total(of: row, slot))
    // Their age is that of the oldest, which is not known if one of them is older than the tracer.
    openedAt = openedAt.flatMap { mine in row.openedAt.map { min(mine, $0) } }
    seenAt = min(seenAt, row.openedAt ?? row.seenAt)
  }

  fileprivate mutating func finish(_ table: ConnectionTable) {
    remote = Endpoint(address: remote.address, port: 0)
    sample = table.samples
    seconds = table.interval ?? 0
  }
}
