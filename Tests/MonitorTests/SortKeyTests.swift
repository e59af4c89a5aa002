import Connections
import Terminal
import Testing

@testable import Monitor

struct SortKeyTests {
  private static let keys: [Key] = [
    .character("r"), .character("b"), .character("t"), .character("x"), .character("I"),
    .character("<"), .character(">"),
  ]

  @Test(arguments: keys) func showsTheFirstRows(_ key: Key) {
    var interface = Sample.many(200)
    interface.press(.end)
    #expect(interface.selection.top > 0)
    interface.press(key)
    #expect(interface.selection.top == 0)
    #expect(interface.selection.position == 0)
    #expect(interface.selected?.id == interface.rows.first?.id)
    // Without a selection there is none afterwards either.
    interface.press(.escape)
    _ = interface.handle(Mouse(.wheelDown, x: 5, y: 10))
    #expect(interface.selection.top > 0)
    interface.press(key)
    #expect(interface.selection.top == 0)
    #expect(interface.selected == nil)
  }

  @Test func aClickOnATitleDoesToo() throws {
    var interface = Sample.many(200)
    interface.press(.end)
    let x = try #require(interface.layout.items.first { $0.id == .rtt }?.x)
    _ = interface.handle(Mouse(.press(.left), x: x, y: interface.tableLines.lowerBound - 1))
    #expect(interface.view.sort.column == .rtt)
    #expect(interface.selection.top == 0)
    #expect(interface.selection.position == 0)
  }

  @Test(arguments: keys) func aFollowedRowStaysInView(_ key: Key) {
    var interface = Sample.many(200)
    interface.press(.end, .character("F"), key)
    #expect(interface.view.followed == Sample.id(200))
    #expect(interface.selected?.id == Sample.id(200))
    let lines = interface.selection.top..<interface.selection.top + interface.pageRows
    #expect(lines.contains(interface.selection.position))
  }

  /// Two connections: the rate of the first has been high and is 0, that of the second is low.
  private func busyAndIdle(average: Double) -> Interface {
    var settings = Settings()
    settings.average = average
    var interface = Interface(host: "example", settings: settings)
    func received(_ cookie: UInt64, _ bytes: UInt64) -> Delta {
      .counters(Sample.id(cookie), .established, Counters(bytesReceived: bytes))
    }
    interface.apply(
      Sample.batch(0, [.upsert(Sample.connection(1)), .upsert(Sample.connection(2))])
    )
    interface.apply(Sample.batch(1, [received(1, 8000), received(2, 10)]))
    interface.apply(Sample.batch(2, [received(2, 20)]))
    return interface
  }

  private func cells(_ interface: inout Interface, _ id: Column.ID) throws -> [String] {
    let lines = interface.screen(80, 24)
    let item = try #require(interface.layout.items.first { $0.id == id })
    return lines[(interface.tableLines.lowerBound - 1)...].prefix(3).map { line in
      String(line.dropFirst(item.x).prefix(item.width).drop { $0 == " " })
    }
  }

  @Test func theSortedColumnShowsTheAverageItGoesBy() throws {
    var interface = busyAndIdle(average: 3)
    #expect(interface.cookies == [1, 2])
    // Of a total of 8000 in the one second of two: what is past counts less.
    let cells = try cells(&interface, .receiveRate)
    #expect(cells[0] == "avg RX▼")
    #expect(cells[2] == "10B")
    let average = try #require(
      interface.rows[0].average.bytesPerSecond({ $0.received }, at: 2, halfLife: 3)
    )
    #expect((3500..<4000).contains(average))
    #expect(cells[1] == Quantity.dataRate(average, Presentation()))
    #expect(interface.screen(80, 24)[1].hasSuffix("by RATE▼"))
    // In another order, the column is that of the last interval.
    interface.type("t")
    let others = try self.cells(&interface, .receiveRate)
    #expect(others[0] == "RX/s")
    #expect(Set(others[1...2]) == ["0B", "10B"])
  }

  @Test func withoutAnAverageNothingIsSaidOfOne() throws {
    var interface = busyAndIdle(average: 0)
    #expect(interface.cookies == [2, 1])
    #expect(try cells(&interface, .receiveRate) == ["RX/s▼", "10B", "0B"])
  }

  @Test func aSteadyRateIsShownFromTheSecondSample() throws {
    var interface = Interface(host: "example")
    interface.apply(Sample.batch(0, [.upsert(Sample.connection(1))]))
    for second in 1...5 {
      let counters = Counters(bytesReceived: UInt64(second) * 512)
      interface.apply(
        Sample.batch(Double(second), [.counters(Sample.id(1), .established, counters)])
      )
      #expect(try cells(&interface, .receiveRate)[1] == "512B")
    }
  }

  @Test func theSortedColumnShowsTotalsAmongDeltas() throws {
    var interface = busyAndIdle(average: 0)
    interface.type("D")
    #expect(interface.screen(170, 24).joined().contains("10B"))
    interface.type("b")
    #expect(interface.cookies == [1, 2])
    let lines = interface.screen(170, 24)
    let item = try #require(interface.layout.items.first { $0.id == .received })
    let line = lines[interface.line(ofRow: 0)]
    #expect(line.dropFirst(item.x).prefix(item.width).contains("7.81K"))
  }
}
