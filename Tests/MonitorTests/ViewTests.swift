import Connections
import Terminal
import Testing

@testable import Monitor

struct ViewTests {
  /// The rows that belong to a view, by the plainest rule there is.
  private func members(_ kind: ViewKind, _ table: ConnectionTable) -> Set<Connection.ID> {
    let rows = (0..<table.bound).compactMap { table[$0] }
    return Set(
      rows.filter { row in
        switch kind {
        case .listeners: return row.isListener
        case .closed: return row.end != nil
        default: return !row.isListener && (row.end == nil || row.lingers)
        }
      }.map(\.id)
    )
  }

  @Test(arguments: ViewKind.allCases)
  func eachHasItsRowsAfterEveryBatch(_ kind: ViewKind) {
    var batches = RandomBatches(UInt64(kind.number))
    var interface = Interface(host: "example")
    interface.type("\(kind.number)")
    if kind.grouping != nil { interface.type("*") }
    var seen = 0
    for _ in 0..<40 {
      interface.apply(batches.next(deltas: 30))
      let ids = interface.rows.filter { !$0.isGroup }.map(\.id)
      #expect(Set(ids).count == ids.count)
      #expect(Set(ids) == members(kind, interface.model.table))
      seen += ids.count
    }
    #expect(seen > 100)
  }

  /// Gives each view an order, filter and selection of its own.
  private func prepared() -> Interface {
    var interface = Sample.interface()
    for (index, kind) in ViewKind.allCases.enumerated() {
      interface.type("\(kind.number)")
      if index % 2 == 1 { interface.type("I") }
      if kind.grouping != nil { interface.type("*") }
      if index % 3 == 0 { interface.filter(kind == .listeners ? "443" : "0.") }
      interface.press(.down)
      if index % 3 != 1 { interface.press(.down) }
      if kind == .hosts { interface.type("o") }
    }
    return interface
  }

  @Test func eachKeepsWhatItHas() {
    var interface = prepared()
    let before = ViewKind.allCases.map { interface.state(of: $0) }
    #expect(Set(before.map(\.view)).count == before.count)
    #expect(before.allSatisfy { $0.selection.id != nil })
    for kind in ViewKind.allCases.reversed() { interface.type("\(kind.number)") }
    for (kind, state) in zip(ViewKind.allCases, before) {
      interface.type("\(kind.number)")
      #expect(interface.view == state.view)
      #expect(interface.model.view == state.view)
      #expect(interface.selection == state.selection)
    }
  }

  @Test func tabGoesRoundAndBack() {
    var interface = prepared()
    interface.type("1")
    let before = ViewKind.allCases.map { interface.state(of: $0).selection }
    var kinds: [ViewKind] = []
    for _ in ViewKind.allCases {
      kinds.append(interface.view.kind)
      interface.press(.tab)
    }
    #expect(kinds == ViewKind.allCases)
    #expect(interface.view.kind == .connections)
    for kind in ViewKind.allCases.reversed() {
      interface.press(.backTab)
      #expect(interface.view.kind == kind)
    }
    #expect(ViewKind.allCases.map { interface.state(of: $0).selection } == before)
  }

  @Test func theScrollOfAViewIsKept() {
    var interface = Sample.many(100)
    interface.press(.end, .up)
    let (top, id) = (interface.selection.top, interface.selection.id)
    #expect(top > 70)
    interface.press(.character("3"), .character("6"), .character("1"))
    #expect(interface.selection.top == top)
    #expect(interface.selection.id == id)
    // What it stood on is found again where it has gone meanwhile.
    interface.press(.character("2"))
    let deltas = (200..<210).map { cookie -> Delta in
      .upsert(Sample.connection(UInt64(cookie), owner: Sample.owner(0, "kernel")))
    }
    interface.apply(Sample.batch(1, deltas))
    interface.press(.character("1"))
    #expect(interface.selection.id == id)
    #expect(interface.selection.position == 108)
    #expect(interface.selection.top == top + 10)
  }

  @Test(arguments: ViewKind.allCases, ["", "nginx", "rx>1000", "state=established or port=443"])
  func theSummaryIsThatOfTheRows(_ kind: ViewKind, _ filter: String) {
    var batches = RandomBatches(17)
    var interface = Interface(host: "example")
    interface.type("\(kind.number)")
    if kind.grouping != nil { interface.type("*") }
    if !filter.isEmpty { interface.filter(filter) }
    for _ in 0..<20 {
      interface.apply(batches.next(deltas: 30))
      let table = interface.model.table
      let all = (0..<table.bound).compactMap { table[$0] }
      let rows = filter.isEmpty ? all : interface.rows.filter { !$0.isGroup }
      let (summary, live) = (interface.model.summary, rows.filter { $0.end == nil })
      for state in SocketState.allCases {
        #expect(summary[state] == live.count { $0.state == state && !$0.isFlow })
      }
      #expect(summary.flows == live.count(where: \.isFlow))
      #expect(summary.connections == live.count { !$0.isListener })
      let last = rows.filter { $0.sample == table.samples }
      let activity = interface.model.summary.activity
      #expect(activity.closed == last.count { $0.end != nil })
      if !filter.isEmpty {
        var growth = Growth()
        for row in last where row.seconds > 0 { growth += row.growth }
        #expect(activity.growth == growth)
      }
    }
  }

  @Test func aFilterThatLeavesAllChangesNoFigureOfConnections() {
    var interface = Sample.interface()
    let before = interface.model.summary
    #expect(before.activity.growth.bytesReceived > 0)
    interface.filter("live or closed")
    #expect(interface.model.summary.activity == before.activity)
    #expect(interface.model.summary.connections == before.connections)
    interface.filter("pid=900")
    #expect(interface.model.summary.activity.growth == Growth())
    #expect(interface.model.summary.activity.opened == 1)
    #expect(interface.model.summary.activity.closed == 0)
  }

  @Test func aFilterCountsWhatTheViewShows() {
    var interface = Sample.pairs()
    #expect(interface.screen(80, 24)[2].hasPrefix("4 connections: 4 ESTAB; 1 listener  "))
    interface.filter("pid=10")
    #expect(interface.screen(80, 24)[2].hasPrefix("2 connections: 2 ESTAB  "))
    interface.type("5")
    interface.filter("port=80")
    #expect(interface.screen(80, 24)[2].hasPrefix("1 listener  "))
  }

  @Test func aNarrowScreenNamesTheViewBeforeTheTime() {
    var interface = Sample.interface()
    for kind in ViewKind.allCases {
      interface.type("\(kind.number)")
      #expect(interface.screen(40, 10)[0].contains("[\(kind.number) \(kind.title)]"))
    }
  }

  @Test func theOrderIsSaidWhereThereIsNoRoomForThePlace() {
    var interface = Sample.many(5)
    let rows = interface.screen(80, 24)[1]
    #expect(rows.hasSuffix("1-5 of 5 by PID▲"))
    #expect(interface.screen(68, 24)[1].hasSuffix("  by PID▲"))
  }
}
