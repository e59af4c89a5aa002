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

  fileprivate struct Group: Slotted {
    let key: GroupKey
    var row: Row

    var slotKey: GroupKey? { key }
  }

  /// Groups of more connections have parts.
  private static let partLimit: Int32 = 64

  private let kind: Row.Kind
  /// The groups; a group's number is its slot.
  private var groups = SlotMap<GroupKey, Group>()
  /// By number, how many connections a group has, closed ones that linger among them.
  private var sizes: [Int32] = []
  /// By number, whether the recent growth of a group is out of date; also where `isAltered` is set.
  private var isOutdated: [Bool] = []
  /// The numbers of those.
  private var outdated: [Int32] = []
  /// By number, whether a connection of it changed, entered or left, or the group is new.
  private var isAltered: [Bool] = []
  /// By number, whether a group has parts.
  private var isParted: [Bool] = []
  private var parts = GroupParts()
  /// The number of each slot's group; -1 for none.
  private var numbers: [Int32] = []
  /// The groups in their order; `nil` before the first.
  private var order: RowOrder?
  /// The position of each group among the items, in their order.
  private var starts: [Int] = []
  /// The connections of the groups that are not folded, group after group in their order.
  private var members: [Int32] = []
  private(set) var count = 0
  /// How many groups have a connection that lives.
  private(set) var liveGroupCount = 0
  /// The last batch, and the seconds since the one before it, or 0.
  private var sample: UInt64 = 0
  private var seconds = 0.0

  var bound: Int32 { groups.bound }

  subscript(slot: Int32) -> Row? {
    guard slot >= 0, slot < bound, var row = groups.value(at: slot)?.row else { return nil }
    (row.sample, row.seconds) = (sample, seconds)
    return row
  }

  func isUsed(_ slot: Int32) -> Bool { groups.isUsed(slot) }

  func read<Result>(_ slot: Int32, _ body: (RowPointer) -> Result) -> Result {
    groups.values[Int(slot)].row.read(body)
  }

  /// Without a connection yet.
  init(_ kind: Row.Kind) {
    self.kind = kind
  }

  /// Takes in what changed: the rows that the table calls dirty, and those that are shown now or no
  /// longer. Only their groups are made again, and of large ones only their parts.
  ///
  /// - Parameter totals: what those have carried that are shown no longer.
  mutating func update(_ shown: ShownRows, _ table: ConnectionTable, _ totals: GroupTotals) {
    if groups.trim(keeping: { _ in false }) {
      let bound = Int(groups.bound)
      (sizes, isOutdated) = (Array(sizes[..<bound]), Array(isOutdated[..<bound]))
      isAltered = Array(isAltered[..<bound])
      isParted = Array(isParted[..<bound])
    }
    let hadInterval = seconds > 0
    (sample, seconds) = (table.samples, table.interval ?? 0)
    assignGroups(shown, table)
    for key in totals.outdated {
      if let number = groups.slot(of: key) { markAltered(number) }
    }
    // Without an interval no group has a rate, and with the next one all have.
    if table.interval == nil || !hadInterval {
      for number in 0..<bound where groups.isUsed(number) { markOutdated(number) }
    }
    for number in outdated {
      if groups.values[Int(number)].row.connections > 0 { liveGroupCount -= 1 }
      if sizes[Int(number)] == 0 { groups.remove(groups.values[Int(number)].key) }
    }
    assignParts()
    addUp(table)
    addChanges(table)
    for number in outdated where groups.isUsed(number) {
      groups.values[Int(number)].finish(table, totals, isAltered: isAltered[Int(number)])
      if groups.values[Int(number)].row.connections > 0 { liveGroupCount += 1 }
    }
  }

  private mutating func markOutdated(_ number: Int32) {
    guard !isOutdated[Int(number)] else { return }
    isOutdated[Int(number)] = true
    outdated.append(number)
  }

  private mutating func markAltered(_ number: Int32) {
    isAltered[Int(number)] = true
    markOutdated(number)
  }

  /// Gives each row its group, and marks those as outdated whose rows changed.
  private mutating func assignGroups(_ shown: ShownRows, _ table: ConnectionTable) {
    let bound = Int(table.bound)
    if numbers.count > bound { numbers = Array(numbers[..<bound]) }
    if numbers.count < bound { numbers += repeatElement(-1, count: bound - numbers.count) }
    var known = KnownGroups(kind, table.owners)
    // Hosts and namespaces are known by their keys, all where there was none before.
    let areAllKnown = groups.count == 0 && kind != .process
    // What the loop reads of each row is local, and no closure in it captures the table: that would
    // count references for each row.
    let (isDirty, isAltered) = (table.isDirty, table.isAltered)
    var numbers: [Int32] = []
    swap(&numbers, &self.numbers)
    table.forEach(0..<table.bound) { facts, row, slot in
      let old = numbers[Int(slot)]
      let isShown = shown[slot]
      if isShown == (old >= 0), !isAltered[Int(slot)] {
        if isShown, isDirty[Int(slot)] { markOutdated(old) }
        return
      }
      parts.leave(slot)
      var new: Int32 = -1
      if isShown {
        if let number = known.number(of: facts, row) {
          new = number
        } else {
          new = number(of: row, table, isNew: areAllKnown)
          known.note(new, of: facts, row)
        }
      }
      if old >= 0 { markAltered(old) }
      if new >= 0 { markAltered(new) }
      guard new != old else { return }
      if old >= 0 { sizes[Int(old)] -= 1 }
      if new >= 0 { sizes[Int(new)] += 1 }
      numbers[Int(slot)] = new
    }
    self.numbers = numbers
  }

  /// The number of a row's group, which is made if there is none.
  ///
  /// - Parameter isNew: whether it is known that there is none.
  private mutating func number(
    of row: RowPointer,
    _ table: ConnectionTable,
    isNew: Bool
  ) -> Int32 {
    let key = GroupKey(kind, row, table)
    if !isNew, let number = groups.slot(of: key) { return number }
    let group = Group(key: key, row: Row(kind, number: key.number, of: row))
    let number = groups.insert(group, for: key)
    if Int(number) == sizes.count {
      sizes.append(0)
      isOutdated.append(false)
      isAltered.append(false)
      isParted.append(false)
    }
    (sizes[Int(number)], isParted[Int(number)]) = (0, false)
    return number
  }

  /// Gives the connections of large groups that are altered their parts.
  private mutating func assignParts() {
    let limit = Self.partLimit
    let (numbers, isAltered, sizes) = (self.numbers, self.isAltered, self.sizes)
    let isConcerned = outdated.contains { number in
      isAltered[Int(number)] && (sizes[Int(number)] > limit || isParted[Int(number)])
    }
    guard isConcerned else { return }
    parts.resize(numbers.count)
    /// By number, the leader of the part that the next connection joins; -1 for none.
    var leaders = [Int32](repeating: -1, count: Int(bound))
    for slot in Int32(0)..<Int32(numbers.count) {
      let number = Int(numbers[Int(slot)])
      guard number >= 0, isAltered[number] else { continue }
      guard sizes[number] > limit else {
        parts.leave(slot)
        continue
      }
      if leaders[number] < 0 || GroupParts.isBeginning(slot) { leaders[number] = slot }
      parts.join(slot, leaders[number])
    }
    parts.shrink()
    for number in outdated where isAltered[Int(number)] {
      isParted[Int(number)] = sizes[Int(number)] > limit
    }
  }

  /// Adds up the altered groups, each from its first connection on: by slot, as they stand in memory.
  private mutating func addUp(_ table: ConnectionTable) {
    guard outdated.contains(where: { self.isAltered[Int($0)] }) else { return }
    var isBegun = [Bool](repeating: false, count: Int(bound))
    var leaders: [Int32] = []
    let (numbers, isAltered, leaderOfSlot) = (self.numbers, self.isAltered, parts.leaders)
    table.forEach(0..<Int32(numbers.count)) { _, row, slot in
      let number = Int(numbers[Int(slot)])
      guard number >= 0, isAltered[number] else { return }
      if !isBegun[number] {
        isBegun[number] = true
        groups.values[number].begin(with: row, kind)
      }
      let leader = Int(slot) < leaderOfSlot.count ? leaderOfSlot[Int(slot)] : -1
      if leader >= 0 {
        parts.add(row, slot, leader, table, kind)
        if slot == leader { leaders.append(slot) }
      } else {
        groups.values[number].row.addTotals(of: row, slot, table)
      }
    }
    for leader in leaders {
      let number = Int(numbers[Int(leader)])
      parts.finish(leader) { groups.values[number].row.merge($0, table) }
    }
  }

  /// Adds up what the last batch brought of the outdated groups.
  private mutating func addChanges(_ table: ConnectionTable) {
    if outdated.isEmpty { return }
    for number in outdated { groups.values[Int(number)].row.forgetChange() }
    /// By number, the connection that is limited most; of several, that of the lowest slot.
    var limited = [Int32](repeating: -1, count: Int(bound))
    let (numbers, isOutdated) = (self.numbers, self.isOutdated)
    table.forEach(table.changed) { facts, row, slot in
      guard facts.isUsed else { return }
      let number = Int(numbers[Int(slot)])
      guard number >= 0, isOutdated[number] else { return }
      let isMost = groups.values[number].row.addChange(
        of: row,
        table,
        winsTie: slot < limited[number]
      )
      if isMost { limited[number] = slot }
    }
  }

  /// Puts the groups into their order.
  ///
  /// - Parameter isFrozen: whether groups stay where they are, and new ones come last.
  mutating func sort(_ sort: SortOrder, _ table: ConnectionTable, isFrozen: Bool) {
    var order = order.take()
    if let earlier = order, earlier.sort != sort || earlier.isFrozen && !isFrozen { order = nil }
    if var order {
      if isFrozen, !order.isFrozen { order = RowOrder(freezing: order) }
      order.update(outdated, isOutdated, self, table) { groups.isUsed($0) }
      self.order = order
    } else {
      let new = RowOrder(sort, self, table) { groups.isUsed($0) }
      self.order = isFrozen ? RowOrder(freezing: new) : new
    }
    for number in outdated {
      (isOutdated[Int(number)], isAltered[Int(number)]) = (false, false)
    }
    outdated.removeAll(keepingCapacity: true)
  }

  /// The groups in their order.
  private var places: [RowPlace] { order?.places ?? [] }

  /// Gives every group and connection its position.
  mutating func lay(out order: RowOrder, _ folding: Folding) {
    let places = places
    members.removeAll(keepingCapacity: true)
    if folding.hasAllFolded {
      starts = Array(places.indices)
      count = places.count
      return
    }
    /// Where the next connection of each group goes; -1 for none.
    var next = [Int](repeating: -1, count: Int(bound))
    count = 0
    starts.removeAll(keepingCapacity: true)
    for place in places {
      let number = Int(place.slot)
      let isFolded = folding.isFolded(Connection.ID(cookie: place.cookie, generation: .max))
      if !isFolded { next[number] = count - starts.count }
      starts.append(count)
      count += 1 + (isFolded ? 0 : Int(sizes[number]))
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

  func item(at position: Int) -> Item? {
    guard position >= 0, position < count else { return nil }
    let index = lastGroup { starts[$0] <= position }
    if starts[index] == position { return .group(Int(places[index].slot)) }
    return .connection(members[position - index - 1])
  }

  /// Where a group stands.
  func position(ofGroup id: Connection.ID) -> Int? {
    let index = places.firstIndex { place in
      place.cookie == id.cookie && groups.values[Int(place.slot)].row.id == id
    }
    return index.map { starts[$0] }
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
  /// Forgets its connections; another one is its first.
  fileprivate mutating func begin(with first: RowPointer, _ kind: Row.Kind) {
    row = Row(kind, number: key.number, of: first)
  }

  /// - Parameters:
  ///   - totals: what those connections carried that it does not have.
  ///   - isAltered: whether it was added up again. Otherwise it has the totals, of which none is recent.
  fileprivate mutating func finish(
    _ table: ConnectionTable,
    _ totals: GroupTotals,
    isAltered: Bool
  ) {
    if isAltered {
      if let total = totals.total(of: key, in: table.samples) {
        row.counters.add(total.growth, total.lossCauses)
        row.growth += total.recent
        row.average.add(total.average, halfLife: table.halfLife)
      }
      row.remote = Endpoint(address: row.remote.address, port: 0)
    }
    row.sample = table.samples
    row.seconds = table.interval ?? 0
  }
}
