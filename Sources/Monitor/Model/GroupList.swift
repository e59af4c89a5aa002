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

  /// A group, and how many connections it has, closed ones that linger among them.
  fileprivate struct Group: Slotted {
    let key: GroupKey
    var row: Row
    var size = 0
    var state = State.empty

    var slotKey: GroupKey? { key }
  }

  /// How far a group is up to date.
  fileprivate enum State {
    case current
    /// A connection of it changed, entered or left.
    case outdated
    /// It has none of its connections yet.
    case empty
    /// It has some of its connections.
    case filling
  }

  private let kind: Row.Kind
  /// The groups; a group's number is its slot.
  private var groups = SlotMap<GroupKey, Group>()
  /// The number of each slot's group; -1 for none.
  private var numbers: [Int32] = []
  /// The groups in their order.
  private var places: [RowPlace] = []
  /// The position of each group among the items, in their order.
  private var starts: [Int] = []
  /// The connections of the groups that are not folded, group after group in their order.
  private var members: [Int32] = []
  private(set) var count = 0

  var groupCount: Int { groups.count }
  /// How many groups have a connection that lives.
  private(set) var liveGroupCount = 0
  var bound: Int32 { groups.bound }

  subscript(slot: Int32) -> Row? {
    slot >= 0 && slot < bound ? groups.value(at: slot)?.row : nil
  }

  /// Without a connection yet.
  init(_ kind: Row.Kind) {
    self.kind = kind
  }

  /// Takes in what changed: the rows that the table calls dirty, and those that are shown now or no
  /// longer. Only their groups are made again.
  ///
  /// - Parameter totals: what those have carried that are shown no longer.
  mutating func update(_ shown: ShownRows, _ table: ConnectionTable, _ totals: GroupTotals) {
    assignGroups(shown, table)
    for key in totals.outdated {
      if let number = groups.slot(of: key) { groups.values[Int(number)].markOutdated() }
    }
    for number in 0..<bound where groups.isUsed(number) {
      let index = Int(number)
      guard groups.values[index].state == .outdated else { continue }
      if groups.values[index].size == 0 {
        groups.remove(groups.values[index].key)
      } else {
        groups.values[index].state = .empty
      }
    }
    _ = groups.trim { _ in false }
    // By slot rather than in their order: that is as they stand in memory.
    for slot in numbers.indices where numbers[slot] >= 0 {
      let number = Int(numbers[slot])
      if groups.values[number].state == .current { continue }
      table.read(Int32(slot)) { groups.values[number].add($0, Int32(slot), table, kind) }
    }
    liveGroupCount = 0
    for number in 0..<bound where groups.isUsed(number) {
      groups.values[Int(number)].finish(table, totals)
      if groups.values[Int(number)].row.connections > 0 { liveGroupCount += 1 }
    }
  }

  /// Gives each row its group, and marks those as outdated whose rows changed.
  private mutating func assignGroups(_ shown: ShownRows, _ table: ConnectionTable) {
    let bound = Int(table.bound)
    if numbers.count > bound { numbers = Array(numbers[..<bound]) }
    if numbers.count < bound { numbers += repeatElement(-1, count: bound - numbers.count) }
    // Many rows have the same owner, and to find a group by it takes its time.
    var ofOwner = [Int32](repeating: -1, count: kind == .process ? table.owners.bound : 0)
    for slot in 0..<table.bound {
      let old = numbers[Int(slot)]
      let isShown = shown[slot]
      guard table.isDirty[Int(slot)] || isShown != (old >= 0) else { continue }
      let new = isShown ? table.read(slot) { number(of: $0, table, &ofOwner) } : -1
      if old >= 0 { groups.values[Int(old)].markOutdated() }
      if new >= 0 { groups.values[Int(new)].markOutdated() }
      guard new != old else { continue }
      if old >= 0 { groups.values[Int(old)].size -= 1 }
      if new >= 0 { groups.values[Int(new)].size += 1 }
      numbers[Int(slot)] = new
    }
  }

  private mutating func number(
    of row: RowPointer,
    _ table: ConnectionTable,
    _ ofOwner: inout [Int32]
  ) -> Int32 {
    let owner = Int(row.pointee.owner)
    if ofOwner.indices.contains(owner), ofOwner[owner] >= 0 { return ofOwner[owner] }
    let key = GroupKey(kind, row, table)
    let number =
      groups.slot(of: key)
      ?? groups.insert(
        Group(key: key, row: Row(kind, number: key.number, of: row.pointee)),
        for: key
      )
    if ofOwner.indices.contains(owner) { ofOwner[owner] = number }
    return number
  }

  /// Gives every group and connection its position.
  mutating func lay(out order: RowOrder, _ folding: Folding) {
    let unfolded = groups.values.indices.map { index in
      folding.isFolded(groups.values[index].row.id) ? 0 : groups.values[index].size
    }
    /// Where the next connection of each group goes; -1 for none.
    var next = [Int](repeating: -1, count: groups.values.count)
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

  /// Puts the groups into their order.
  ///
  /// - Parameter keepsOrder: whether groups stay where they are, and new ones come last.
  mutating func sort(_ sort: SortOrder, _ table: ConnectionTable, keepsOrder: Bool = false) {
    let comparator = RowComparator(sort)
    let earlier = places
    places = []
    places.reserveCapacity(groupCount)
    for number in 0..<bound where groups.isUsed(number) {
      places.append(groups.values[Int(number)].row.read { comparator.place($0, number, table) })
    }
    comparator.sort(&places, self, table)
    guard keepsOrder, !earlier.isEmpty else { return }
    var ranks: [UInt64: Int] = [:]
    for (rank, place) in earlier.enumerated() { ranks[place.cookie] = rank }
    func rank(_ place: RowPlace) -> Int { ranks[place.cookie] ?? .max }
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
    places.firstIndex { groups.values[Int($0.slot)].row.id == id }.map { starts[$0] }
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

extension GroupList.Group {
  fileprivate mutating func markOutdated() {
    if state == .current { state = .outdated }
  }

  /// Takes in a connection.
  fileprivate mutating func add(
    _ connection: RowPointer,
    _ slot: Int32,
    _ table: ConnectionTable,
    _ kind: Row.Kind
  ) {
    if state == .empty {
      row = Row(kind, number: key.number, of: connection.pointee)
      state = .filling
    }
    row.add(connection, slot, table)
  }

  /// - Parameter totals: what those connections carried that it does not have.
  fileprivate mutating func finish(_ table: ConnectionTable, _ totals: GroupTotals) {
    if state != .current, let total = totals.total(of: key, in: table.samples) {
      row.counters.add(total.growth, total.lossCauses)
      row.growth += total.recent
      row.average.add(total.average, halfLife: table.halfLife)
    }
    row.remote = Endpoint(address: row.remote.address, port: 0)
    row.sample = table.samples
    row.seconds = table.interval ?? 0
    state = .current
  }
}

extension Row {
  /// Takes a connection into a group.
  fileprivate mutating func add(_ row: RowPointer, _ slot: Int32, _ table: ConnectionTable) {
    if row.pointee.netns != netns { netns = 0 }
    if owner != OwnerTable.several, !table.owners.isSameProcess(row.pointee.owner, owner) {
      owner = OwnerTable.several
    }
    if row.pointee.remote.port != remote.port {
      remote = Endpoint(address: remote.address, port: 0)
    }
    isTagged = isTagged && row.pointee.isTagged
    hasTaggedConnections = hasTaggedConnections || row.pointee.isTagged
    // A followed one may be shown past the time when the totals have it.
    guard row.pointee.isCounted, !row.pointee.hasRetired else { return }
    if row.pointee.end == nil { connections += 1 }
    if row.pointee.sample == table.samples {
      growth += row.pointee.growth
      if row.pointee.shares?.greatestLimit ?? -1 > shares?.greatestLimit ?? -1 {
        shares = row.pointee.shares
      }
    }
    average.add(row.pointee.average, halfLife: table.halfLife)
    counters.combine(row.pointee.counters)
    if counters.drops == nil, row.pointee.counters.drops != nil { counters.drops = 0 }
    let (carried, lossCauses) = table.carried(row, slot)
    counters.add(carried, lossCauses)
    // Their age is that of the oldest, which is not known if one of them is older than the tracer.
    openedAt = openedAt.flatMap { mine in row.pointee.openedAt.map { min(mine, $0) } }
    seenAt = min(seenAt, row.pointee.openedAt ?? row.pointee.seenAt)
  }
}
