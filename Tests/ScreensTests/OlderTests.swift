import Connections
import Samples
import StyledText
import Terminal
import Testing

@testable import Monitor
@testable import Screens

/// Connections that are older than nettop: what is known of them all the same.
struct OlderTests {
  private let local = Sample.endpoint("10.0.0.5", 80)
  private let peer = Sample.endpoint("192.0.2.1", 999)

  private func old(
    _ cookie: UInt64,
    _ local: Endpoint,
    _ remote: Endpoint? = nil,
    netns: UInt32 = 1,
    state: SocketState = .established,
    openedAt: Double? = nil
  ) -> Delta {
    .upsert(
      Sample.connection(
        cookie,
        local: local,
        remote: remote ?? peer,
        netns: netns,
        direction: .unknown,
        state: state,
        openedAt: openedAt
      )
    )
  }

  private func listener(_ cookie: UInt64, _ address: String, openedAt: Double? = nil) -> Delta {
    old(
      cookie,
      Sample.endpoint(address, 80),
      Sample.endpoint("0.0.0.0", 0),
      state: .listen,
      openedAt: openedAt
    )
  }

  private func cell(_ id: Column.ID, _ cookie: UInt64, _ model: Model) -> String? {
    model.table.slot(of: Sample.id(cookie)).flatMap { model.table[$0] }.map {
      Column.with(id).cell($0, CellContext(model.table)).text(columns: 8)
    }
  }

  @Test(arguments: [("0.0.0.0", true), ("::", true), ("10.0.0.5", true), ("127.0.0.1", false)])
  func aListenerOfThePortTellsTheDirection(_ address: String, _ isOf: Bool) {
    // Whichever of them is reported first, in one batch or in two.
    for batches in [[[0, 1]], [[1, 0]], [[0], [1]], [[1], [0]]] {
      let deltas = [old(1, local), listener(2, address)]
      var model = Model()
      for (second, batch) in batches.enumerated() {
        model.apply(Sample.batch(Double(second), batch.map { deltas[$0] }))
      }
      #expect(cell(.direction, 1, model) == (isOf ? "in" : "-"), "\(batches)")
    }
  }

  @Test func nothingIsInferredWithoutAListenerThatMayHaveAccepted() {
    let local = local
    let cases: [[Delta]] = [
      // Of another namespace or port.
      [old(1, local, netns: 2), listener(2, "0.0.0.0")],
      [old(1, Sample.endpoint("10.0.0.5", 81)), listener(2, "0.0.0.0")],
      // The listener came after the connection.
      [old(1, local), listener(2, "0.0.0.0", openedAt: 0.5)],
    ]
    for deltas in cases {
      var model = Model()
      model.apply(Sample.batch(1, deltas))
      #expect(cell(.direction, 1, model) == "-")
    }
  }

  @Test func whatIsInferredIsMarkedAndNotInJSON() throws {
    var model = Model()
    model.apply(Sample.batch(0, [old(1, local), listener(2, "0.0.0.0")]))
    let row = try #require(model.table.slot(of: Sample.id(1)).flatMap { model.table[$0] })
    #expect(Column.with(.direction).style(row, CellContext(model.table)) == .faint)
    #expect(Field.direction.value(row, model.table) == .word("unknown"))
    #expect(Field.openedAt.value(row, model.table) == .null)
    model.view.filter = try Filter(parsing: "direction=in")
    #expect(model.count == 1)
    // The end of the listener takes nothing back.
    model.apply(
      Sample.batch(
        1,
        [
          .ended(
            Sample.connection(
              2,
              local: Sample.endpoint("0.0.0.0", 80),
              remote: Sample.endpoint("0.0.0.0", 0),
              state: .listen,
              closed: (1, .closed)
            )
          )
        ]
      )
    )
    #expect(cell(.direction, 1, model) == "in")
  }

  @Test func theLeastAgeIsShown() {
    var model = Model()
    model.apply(Sample.batch(0, [old(1, local), old(3, local, openedAt: -5)]))
    #expect(cell(.age, 1, model) == "-", "one look tells nothing")
    for (seconds, text) in [(5.2, ">5s"), (1000, ">16m"), (7300, ">2h"), (400_000, ">4d")] {
      model.apply(Sample.batch(seconds))
      #expect(cell(.age, 1, model) == text)
    }
    // One found later is only known from then on.
    model.apply(Sample.batch(400_000, [old(2, local)]))
    model.apply(Sample.batch(400_090))
    #expect(cell(.age, 2, model) == ">1m")
    let end = Sample.connection(1, local: local, state: .closed, closed: (400_090, .fin))
    model.apply(Sample.batch(400_100, [.ended(end)]))
    #expect(cell(.lifetime, 1, model) == ">4d")
    #expect(cell(.age, 1, model) == ">4d")
    model.view.sort = SortOrder(.age)
    let order = (0..<model.count).compactMap { model.row(at: $0)?.id.cookie }
    #expect(order == [2, 1, 3] || order == [3, 1, 2])
  }

  @Test func theDetailsTellBoth() {
    var state = ScreenState(host: "example")
    state.apply(Sample.batch(0, [old(1, local), listener(2, "0.0.0.0")]))
    state.apply(Sample.batch(1000))
    state.select(1)
    state.press(.enter)
    let text = state.screen(80, 60).joined(separator: "\n")
    #expect(text.contains("in  (inferred)"))
    #expect(text.contains(">16m"))
  }
}
