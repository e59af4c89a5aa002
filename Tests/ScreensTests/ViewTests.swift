import Connections
import Samples
import Terminal
import Testing

@testable import Monitor
@testable import Screens

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
    var state = ScreenState(host: "example")
    state.type("\(kind.number)")
    if kind.grouping != nil { state.type("*") }
    var seen = 0
    for _ in 0..<40 {
      state.apply(batches.next(deltas: 30))
      let ids = state.rows.filter { !$0.isGroup }.map(\.id)
      #expect(Set(ids).count == ids.count)
      #expect(Set(ids) == members(kind, state.model.table))
      seen += ids.count
    }
    #expect(seen > 100)
  }

  /// Gives each view an order, filter and selection of its own.
  private func prepared() -> ScreenState {
    var state = Sample.state()
    for (index, kind) in ViewKind.allCases.enumerated() {
      state.type("\(kind.number)")
      if index % 2 == 1 { state.type("I") }
      if kind.grouping != nil { state.type("*") }
      if index % 3 == 0 { state.filter(kind == .listeners ? "443" : "0.") }
      state.press(.down)
      if index % 3 != 1 { state.press(.down) }
      if kind == .hosts { state.type("o") }
    }
    return state
  }

  @Test func eachKeepsWhatItHas() {
    var state = prepared()
    let before = ViewKind.allCases.map { state.viewState(of: $0) }
    #expect(Set(before.map(\.view)).count == before.count)
    #expect(before.allSatisfy { $0.selection.id != nil })
    for kind in ViewKind.allCases.reversed() { state.type("\(kind.number)") }
    for (kind, expected) in zip(ViewKind.allCases, before) {
      state.type("\(kind.number)")
      #expect(state.view == expected.view)
      #expect(state.model.view == expected.view)
      #expect(state.selection == expected.selection)
    }
  }

  @Test func tabGoesRoundAndBack() {
    var state = prepared()
    state.type("1")
    let before = ViewKind.allCases.map { state.viewState(of: $0).selection }
    var kinds: [ViewKind] = []
    for _ in ViewKind.allCases {
      kinds.append(state.view.kind)
      state.press(.tab)
    }
    #expect(kinds == ViewKind.allCases)
    #expect(state.view.kind == .connections)
    for kind in ViewKind.allCases.reversed() {
      state.press(.backTab)
      #expect(state.view.kind == kind)
    }
    #expect(ViewKind.allCases.map { state.viewState(of: $0).selection } == before)
  }

  @Test func theScrollOfAViewIsKept() {
    var state = Sample.many(100)
    state.press(.end, .up)
    let (top, id) = (state.selection.top, state.selection.id)
    #expect(top > 70)
    state.press(.character("3"), .character("6"), .character("1"))
    #expect(state.selection.top == top)
    #expect(state.selection.id == id)
    // What it stood on is found again where it has gone meanwhile.
    state.press(.character("2"))
    let deltas = (200..<210).map { cookie -> Delta in
      .upsert(Sample.connection(UInt64(cookie), owner: Sample.owner(0, "kernel")))
    }
    state.apply(Sample.batch(1, deltas))
    state.press(.character("1"))
    #expect(state.selection.id == id)
    #expect(state.selection.position == 108)
    #expect(state.selection.top == top + 10)
  }

  @Test(arguments: ViewKind.allCases, ["", "nginx", "rx>1000", "state=established or port=443"])
  func theSummaryIsThatOfTheRows(_ kind: ViewKind, _ filter: String) {
    var batches = RandomBatches(17)
    var state = ScreenState(host: "example")
    state.type("\(kind.number)")
    if kind.grouping != nil { state.type("*") }
    if !filter.isEmpty { state.filter(filter) }
    for _ in 0..<20 {
      state.apply(batches.next(deltas: 30))
      let table = state.model.table
      let all = (0..<table.bound).compactMap { table[$0] }
      let rows = filter.isEmpty ? all : state.rows.filter { !$0.isGroup }
      let (summary, live) = (state.model.summary, rows.filter { $0.end == nil })
      for state in SocketState.allCases {
        #expect(summary[state] == live.count { $0.state == state && !$0.isFlow })
      }
      #expect(summary.flows == live.count(where: \.isFlow))
      #expect(summary.connections == live.count { !$0.isListener })
      let last = rows.filter { $0.sample == table.samples }
      let activity = state.model.summary.activity
      #expect(activity.closed == last.count { $0.end != nil })
      if !filter.isEmpty {
        var growth = Growth()
        for row in last where row.seconds > 0 { growth += row.growth }
        #expect(activity.growth == growth)
      }
    }
  }

  @Test func aFilterThatLeavesAllChangesNoFigureOfConnections() {
    var state = Sample.state()
    let before = state.model.summary
    #expect(before.activity.growth.bytesReceived > 0)
    state.filter("live or closed")
    #expect(state.model.summary.activity == before.activity)
    #expect(state.model.summary.connections == before.connections)
    state.filter("pid=900")
    #expect(state.model.summary.activity.growth == Growth())
    #expect(state.model.summary.activity.opened == 1)
    #expect(state.model.summary.activity.closed == 0)
  }

  @Test func aFilterCountsWhatTheViewShows() {
    var state = Sample.pairs()
    #expect(state.screen(80, 24)[2].hasPrefix("4 connections: 4 ESTAB; 1 listener  "))
    state.filter("pid=10")
    #expect(state.screen(80, 24)[2].hasPrefix("2 connections: 2 ESTAB  "))
    state.type("5")
    state.filter("port=80")
    #expect(state.screen(80, 24)[2].hasPrefix("1 listener  "))
  }

  @Test func aNarrowScreenNamesTheViewBeforeTheTime() {
    var state = Sample.state()
    for kind in ViewKind.allCases {
      state.type("\(kind.number)")
      #expect(state.screen(40, 10)[0].contains("[\(kind.number) \(kind.title)]"))
    }
  }

  @Test func theOrderIsSaidWhereThereIsNoRoomForThePlace() {
    var state = Sample.many(5)
    let rows = state.screen(80, 24)[1]
    #expect(rows.hasSuffix("1-5 of 5 by PID▲"))
    #expect(state.screen(68, 24)[1].hasSuffix("  by PID▲"))
  }
}
