import Connections
import Samples
import Terminal
import Testing

@testable import Monitor
@testable import Screens

struct SortKeyTests {
  private static let keys: [Key] = [
    .character("r"), .character("b"), .character("t"), .character("x"), .character("I"),
    .character("<"), .character(">"),
  ]

  @Test(arguments: keys) func showsTheFirstRows(_ key: Key) {
    var state = Sample.many(200)
    state.press(.end)
    #expect(state.selection.top > 0)
    state.press(key)
    #expect(state.selection.top == 0)
    #expect(state.selection.position == 0)
    #expect(state.selected?.id == state.rows.first?.id)
    // Without a selection there is none afterwards either.
    state.press(.escape)
    _ = state.handle(Mouse(.wheelDown, x: 5, y: 10))
    #expect(state.selection.top > 0)
    state.press(key)
    #expect(state.selection.top == 0)
    #expect(state.selected == nil)
  }

  @Test func aClickOnATitleDoesToo() throws {
    var state = Sample.many(200)
    state.press(.end)
    let x = try #require(state.layout.columns.items.first { $0.id == .rtt }?.x)
    _ = state.handle(Mouse(.press(.left), x: x, y: state.layout.tableLines.lowerBound - 1))
    #expect(state.view.sort.column == .rtt)
    #expect(state.selection.top == 0)
    #expect(state.selection.position == 0)
  }

  @Test(arguments: keys) func aFollowedRowStaysInView(_ key: Key) {
    var state = Sample.many(200)
    state.press(.end, .character("F"), key)
    #expect(state.view.followed == Sample.id(200))
    #expect(state.selected?.id == Sample.id(200))
    let lines = state.selection.top..<state.selection.top + state.layout.pageRows
    #expect(lines.contains(state.selection.position))
  }

  /// Two connections: the rate of the first has been high and is 0, that of the second is low.
  private func busyAndIdle(average: Double) -> ScreenState {
    var settings = Settings()
    settings.average = average
    var state = ScreenState(host: "example", settings: settings)
    func received(_ cookie: UInt64, _ bytes: UInt64) -> Delta {
      .counters(Sample.id(cookie), .established, Counters(bytesReceived: bytes))
    }
    state.apply(
      Sample.batch(0, [.upsert(Sample.connection(1)), .upsert(Sample.connection(2))])
    )
    state.apply(Sample.batch(1, [received(1, 8000), received(2, 10)]))
    state.apply(Sample.batch(2, [received(2, 20)]))
    return state
  }

  private func cells(_ state: inout ScreenState, _ id: Column.ID) throws -> [String] {
    let lines = state.screen(80, 24)
    let item = try #require(state.layout.columns.items.first { $0.id == id })
    return lines[(state.layout.tableLines.lowerBound - 1)...].prefix(3).map { line in
      String(line.dropFirst(item.x).prefix(item.width).drop { $0 == " " })
    }
  }

  @Test func theSortedColumnShowsTheAverageItGoesBy() throws {
    var state = busyAndIdle(average: 3)
    #expect(state.cookies == [1, 2])
    // Of a total of 8000 in the one second of two: what is past counts less.
    let cells = try cells(&state, .receiveRate)
    #expect(cells[0] == "avg RX▼")
    #expect(cells[2] == "10B")
    let average = try #require(
      state.rows[0].average.bytesPerSecond({ $0.received }, at: 2, halfLife: 3)
    )
    #expect((3500..<4000).contains(average))
    #expect(cells[1] == Quantity.dataRate(average, Presentation()))
    #expect(state.screen(80, 24)[1].hasSuffix("by RATE▼"))
    // In another order, the column is that of the last interval.
    state.type("t")
    let others = try self.cells(&state, .receiveRate)
    #expect(others[0] == "RX/s")
    #expect(Set(others[1...2]) == ["0B", "10B"])
  }

  @Test func withoutAnAverageNothingIsSaidOfOne() throws {
    var state = busyAndIdle(average: 0)
    #expect(state.cookies == [2, 1])
    #expect(try cells(&state, .receiveRate) == ["RX/s▼", "10B", "0B"])
  }

  @Test func aSteadyRateIsShownFromTheSecondSample() throws {
    var state = ScreenState(host: "example")
    state.apply(Sample.batch(0, [.upsert(Sample.connection(1))]))
    for second in 1...5 {
      let counters = Counters(bytesReceived: UInt64(second) * 512)
      state.apply(
        Sample.batch(Double(second), [.counters(Sample.id(1), .established, counters)])
      )
      #expect(try cells(&state, .receiveRate)[1] == "512B")
    }
  }

  @Test func theSortedColumnShowsTotalsAmongDeltas() throws {
    var state = busyAndIdle(average: 0)
    state.type("D")
    #expect(state.screen(170, 24).joined().contains("10B"))
    state.type("b")
    #expect(state.cookies == [1, 2])
    let lines = state.screen(170, 24)
    let item = try #require(state.layout.columns.items.first { $0.id == .received })
    let line = lines[state.line(ofRow: 0)]
    #expect(line.dropFirst(item.x).prefix(item.width).contains("7.81K"))
  }
}
