import Connections
import Samples
import Terminal
import Testing

@testable import Monitor
@testable import Screens

struct GroupTests {
  private enum Key: Hashable {
    case process(Process.ID?)
    case host(Address)
    case namespace(UInt32)

    init(_ row: Row, _ kind: ViewKind, _ table: ConnectionTable) {
      switch kind {
      case .hosts: self = .host(row.remote.address)
      case .namespaces: self = .namespace(row.netns)
      default: self = .process(table.owners[row.owner]?.process.id)
      }
    }
  }

  private static let kinds = ViewKind.allCases.filter { $0.grouping != nil }
  private static let sorts: [Column.ID] = [
    .rate, .connections, .bytes, .rtt, .process, .remote, .namespace, .age, .retransmits,
  ]

  /// The groups with their connections, as the model has them one after the other.
  private func groups(_ model: Model) -> [(group: Row, members: [Row])] {
    var groups: [(group: Row, members: [Row])] = []
    for position in 0..<model.count {
      guard let row = model.row(at: position) else { continue }
      if row.isGroup {
        groups.append((row, []))
      } else if !groups.isEmpty {
        groups[groups.count - 1].members.append(row)
      }
    }
    return groups
  }

  /// What each group has carried, by a table that no connection ever leaves.
  private func totals(_ table: ConnectionTable, _ kind: ViewKind) -> [Key: Growth] {
    var totals: [Key: Growth] = [:]
    for slot in 0..<table.bound {
      guard let row = table[slot], row.isCounted, !row.isListener else { continue }
      totals[Key(row, kind, table), default: Growth()] += table.total(of: row, slot).growth
    }
    return totals
  }

  private func check(_ model: Model, _ flat: Model, _ eternal: Model) {
    let (table, kind) = (model.table, model.view.kind)
    let totals = totals(eternal.table, kind)
    let rows = (0..<flat.count).compactMap { flat.row(at: $0) }
    let expected = Dictionary(grouping: rows) { Key($0, kind, table) }
    let groups = groups(model)
    let live = expected.values.count { $0.contains { $0.end == nil && $0.isCounted } }
    #expect(model.summary.groups == live)
    #expect(groups.count == expected.count)
    #expect(model.connections == rows.count)
    for (group, members) in groups {
      let plain = expected[Key(group, kind, table)] ?? []
      #expect(members.map(\.id) == plain.map(\.id), "the order of the connections is kept")
      #expect(Int(group.connections) == plain.count { $0.end == nil })
      let total = totals[Key(group, kind, table)]
      #expect(group.counters.bytesSent == total?.bytesSent)
      #expect(group.counters.packetsReceived == total?.packetsReceived)
      #expect(group.counters.retransmits.map(UInt64.init) == total?.retransmits)
      #expect(group.counters.rtt == plain.compactMap(\.counters.rtt).max())
      let last = plain.filter { $0.sample == table.samples }
      #expect(group.growth.bytesReceived == last.reduce(0) { $0 &+ $1.growth.bytesReceived })
      let oldest = plain.contains { $0.openedAt == nil } ? nil : plain.compactMap(\.openedAt).min()
      #expect(group.openedAt == oldest)
      #expect(model.connections(of: group) == plain.map(\.id))
    }
    checkOrder(groups.map(\.group), model)
    for position in 0..<model.count {
      guard let id = model.row(at: position)?.id else { continue }
      #expect(model.position(of: id) == position)
    }
    #expect(model.row(at: model.count) == nil)
    #expect(model.row(at: -1) == nil)
  }

  private func checkOrder(_ groups: [Row], _ model: Model) {
    let column = Column.with(model.view.sort.column)
    /// Sums of chance go further than orders do.
    func value(_ row: Row, _ table: ConnectionTable) -> SortValue {
      let value = withUnsafePointer(to: row) { column.sort($0, table) }
      if case .number(let number) = value { return .number(min(number, .max >> 1)) }
      return value
    }
    let isDescending = model.view.sort.isDescending
    let sorted = groups.sorted { lhs, rhs in
      let (left, right) = (value(lhs, model.table), value(rhs, model.table))
      if left == right { return lhs.id.cookie < rhs.id.cookie }
      if left == .absent || right == .absent { return right == .absent }
      return isDescending ? right < left : left < right
    }
    #expect(groups.map(\.id) == sorted.map(\.id))
  }

  @Test(arguments: kinds, sorts)
  func areThoseOfAPlainGrouping(_ kind: ViewKind, _ sort: Column.ID) {
    for halfLife in [0, 3.0] {
      var batches = RandomBatches(UInt64(kind.number) * 31 + UInt64(halfLife))
      var view = View(kind, sort: SortOrder(sort))
      view.folding.foldAll(false)
      var model = Model(view, halfLife: halfLife)
      var flat = Model(View(.connections, sort: SortOrder(sort)), halfLife: halfLife)
      let forever = ClosedRetention(lingerSeconds: 1e9, lingerLimit: .max, limit: .max)
      var eternal = Model(retention: forever)
      for round in 0..<15 {
        let batch = batches.next(deltas: 25)
        model.apply(batch)
        flat.apply(batch)
        eternal.apply(batch)
        if round == 9 {
          model.view.sort = model.view.sort.reversed
          flat.view.sort = model.view.sort
        }
        check(model, flat, eternal)
      }
    }
  }

  @Test func foldingTakesTheConnectionsAway() {
    var state = Sample.pairs()
    state.type("2")
    #expect(state.rows.map(\.isGroup) == [true, true])
    #expect(state.rows.map(\.connections) == [2, 2])
    state.press(.down, .character("+"))
    #expect(state.rows.map(\.isGroup) == [true, false, false, true])
    #expect(state.cookies[1...2] == [1, 2])
    state.type("-")
    #expect(state.rows.count == 2)
    state.type("*")
    #expect(state.rows.map(\.isGroup) == [true, false, false, true, false, false])
    // Enter does for one what the star does for all.
    state.press(.enter)
    #expect(state.rows.map(\.isGroup) == [true, true, false, false])
    state.type("*")
    #expect(state.rows.count == 2)
  }

  @Test func foldingFromAConnectionSelectsItsGroup() {
    for key in ["-", "*"] {
      var state = Sample.pairs()
      state.type("2*")
      state.select(4)
      state.type(key)
      #expect(state.selected?.isGroup == true)
      let owner = state.selected.flatMap { state.model.table.owners[$0.owner] }
      #expect(owner?.process.name == "nginx")
    }
  }

  @Test func theTreeShowsAllConnections() {
    var state = Sample.pairs()
    state.press(.function(5))
    #expect(state.view.kind == .processes)
    #expect(state.rows.count == 6)
    state.press(.function(5))
    #expect(state.view.kind == .connections)
    #expect(state.rows.count == 4)
  }

  @Test func viewsWithoutGroupsSayWhereTheyAre() {
    var state = Sample.pairs()
    state.type("+")
    #expect(state.message?.text.contains("2, 3, 4") == true)
    state.type("*")
    #expect(state.rows.count == 4)
  }

  @Test func membersMayChangeTheirGroup() {
    var state = Sample.pairs()
    state.type("2*")
    state.select(3)
    state.apply(
      Sample.batch(1, [.annotated(Sample.id(3), Sample.owner(10, "curl", source: .scan))])
    )
    #expect(state.rows.map(\.connections) == [3, 1, 1, 1, 1, 1])
    #expect(state.selected?.id == Sample.id(3))
    // The last one goes, and its group with it.
    state.apply(
      Sample.batch(2, [.annotated(Sample.id(4), Sample.owner(10, "curl", source: .scan))])
    )
    #expect(state.rows.map(\.isGroup) == [true, false, false, false, false])
  }

  @Test func aProcessThatRunsAnotherProgramStaysOne() {
    var state = Sample.pairs()
    let renamed = Sample.owner(20, "httpd", command: "httpd", source: .scan)
    state.apply(Sample.batch(1, [.annotated(Sample.id(3), renamed)]))
    state.type("2")
    #expect(state.rows.count == 2)
    let screen = state.screen(100, 24).joined(separator: "\n")
    #expect(!screen.contains("(not known)"))
    #expect(screen.contains("  20 "))
  }

  @Test func whatIsNotKnownIsNotSeveral() {
    var state = Sample.pairs()
    let unknown = Sample.connection(30, remote: Sample.endpoint("198.51.100.1", 443))
    state.apply(Sample.batch(1, [.upsert(unknown)]))
    state.type("3")
    let lines = state.screen(120, 24)
    func line(_ address: String) -> String { lines.first { $0.contains(address) } ?? "" }
    #expect(line("192.0.2.1").contains("several"))
    #expect(!line("198.51.100.1").contains("several"))
    #expect(line("198.51.100.1").contains(" - -  "))
  }

  @Test func hostsOfTheSameNumberAreTwo() throws {
    // What makes their numbers alike: the halves of an address are mixed by this factor.
    let factor: UInt64 = 0x9e37_79b9_7f4a_7c15
    let (high, low): (UInt64, UInt64) = (0x2001_0db8_0000_0000, 1)
    let other = (high &+ 1, low ^ high &* factor ^ (high &+ 1) &* factor)
    let addresses = [
      Address(high: high, low: low), Address(high: other.0, low: other.1),
    ]
    var state = ScreenState(host: "example", settings: Sample.settings(.remote))
    let deltas = addresses.enumerated().map { index, address -> Delta in
      let remote = Endpoint(address: address, port: 443)
      return .upsert(Sample.connection(UInt64(index + 1), remote: remote))
    }
    state.apply(Sample.batch(0, deltas))
    state.type("3")
    let rows = state.rows
    try #require(rows.count == 2)
    #expect(rows[0].id == rows[1].id, "the case this is about")
    #expect(state.model.connections(of: rows[0]) == [Sample.id(1)])
    #expect(state.model.connections(of: rows[1]) == [Sample.id(2)])
  }
}
