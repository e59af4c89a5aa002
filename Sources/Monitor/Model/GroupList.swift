import Tracer

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
  /// The connections of the groups that are not folded, by the group's number.
  private var members: [[Int32]] = []
  /// The position of each group among the items, in their order.
  private var starts: [Int] = []
  private(set) var count = 0

  var groupCount: Int { rows.count }
  var bound: Int32 { Int32(rows.count) }

  subscript(slot: Int32) -> Row? { rows.indices.contains(Int(slot)) ? rows[Int(slot)] : nil }

  /// - Parameters:
  ///   - order: the connections that are shown, in their order.
  ///   - earlier: whose order of groups is kept, where it is frozen.
  init(
    _ kind: Row.Kind,
    _ order: RowOrder,
    _ view: View,
    _ table: ConnectionTable,
    keeping earlier: GroupList? = nil
  ) {
    var grouper = Grouper(kind, table)
    var numbers: [Int32] = []
    numbers.reserveCapacity(order.count)
    for place in order.places {
      guard let row = table[place.slot] else { continue }
      let number = grouper.group(of: row)
      if number == rows.count {
        rows.append(Row(kind, number: grouper.identity(of: row), of: row))
      }
      rows[number].add(row, table)
      numbers.append(Int32(number))
    }
    for index in rows.indices { rows[index].finish(table) }
    sort(view.sort, table, keeping: earlier)

    let folded = rows.map { view.folding.isFolded($0.id) }
    members = Array(repeating: [], count: rows.count)
    if folded.contains(false) {
      for (place, number) in zip(order.places, numbers) where !folded[Int(number)] {
        members[Int(number)].append(place.slot)
      }
    }
    starts.reserveCapacity(places.count)
    for place in places {
      starts.append(count)
      count += 1 + members[Int(place.slot)].count
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
    var (low, high) = (0, starts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= position { low = middle } else { high = middle }
    }
    let group = Int(places[low].slot)
    let offset = position - starts[low]
    return offset == 0 ? .group(group) : .connection(members[group][offset - 1])
  }

  /// Where a group stands.
  func position(ofGroup id: Connection.ID) -> Int? {
    places.firstIndex { rows[Int($0.slot)].id == id }.map { starts[$0] }
  }

  /// Where a connection stands, if its group is not folded.
  func position(ofConnection slot: Int32) -> Int? {
    for (index, place) in places.enumerated() {
      if let offset = members[Int(place.slot)].firstIndex(of: slot) {
        return starts[index] + 1 + offset
      }
    }
    return nil
  }
}

extension Row {
  /// Takes a connection into a group.
  fileprivate mutating func add(_ row: Row, _ table: ConnectionTable) {
    if row.netns != netns { netns = 0 }
    if kind == .process {
      // The same process, known in several ways or by several names.
      owner = max(owner, row.owner)
    } else if owner != OwnerTable.none, row.owner != owner,
      table.owners[row.owner]?.process != table.owners[owner]?.process
    {
      owner = OwnerTable.none
    }
    if row.remote.port != remote.port { remote = Endpoint(address: remote.address, port: 0) }
    if row.end == nil { connections += 1 }
    if row.sample == table.samples { growth += row.growth }
    average.add(row.average, halfLife: table.halfLife)
    counters.add(row.counters)
    // Their age is that of the oldest, which is not known if one of them is older than the tracer.
    openedAt = openedAt.flatMap { mine in row.openedAt.map { min(mine, $0) } }
    isTagged = isTagged && row.isTagged
  }

  fileprivate mutating func finish(_ table: ConnectionTable) {
    remote = Endpoint(address: remote.address, port: 0)
    sample = table.samples
    seconds = table.interval ?? 0
  }
}

extension Counters {
  /// Takes in those of another connection: amounts are added, of times the worst counts.
  fileprivate mutating func add(_ other: Counters) {
    bytesSent &+= other.bytesSent
    bytesReceived &+= other.bytesReceived
    packetsSent &+= other.packetsSent
    packetsReceived &+= other.packetsReceived
    retransmits &+= other.retransmits
    if let time = other.rtt, time > rtt ?? 0 {
      rtt = time
      rttVariance = other.rttVariance
    }
    if let time = other.minRTT { minRTT = min(minRTT ?? .max, time) }
    congestionWindow = Self.sum(congestionWindow, other.congestionWindow)
    unread = Self.sum(unread, other.unread)
    unacknowledged = Self.sum(unacknowledged, other.unacknowledged)
    unsent = Self.sum(unsent, other.unsent)
  }

  private static func sum(_ lhs: UInt32, _ rhs: UInt32) -> UInt32 {
    let (sum, overflow) = lhs.addingReportingOverflow(rhs)
    return overflow ? .max : sum
  }
}
