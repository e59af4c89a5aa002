import Connections
import Samples
import Testing

@testable import Monitor
@testable import Screens

struct PresentationTests {
  private static func presentation(
    _ unit: Presentation.Unit,
    _ prefix: Presentation.Prefix,
    _ figures: Presentation.Figures = .totals
  ) -> Presentation {
    var presentation = Presentation()
    presentation.unit = unit
    presentation.prefix = prefix
    presentation.figures = figures
    return presentation
  }

  @Test(arguments: [
    (0, "0B", "0b"), (1, "1B", "8b"), (124, "124B", "992b"), (125, "125B", "1.0kb"),
    (999, "999B", "8.0kb"), (1000, "1.0kB", "8.0kb"), (1_230_000, "1.2MB", "9.8Mb"),
    (9_949_000, "9.9MB", "80Mb"), (9_950_000, "10MB", "80Mb"), (123_000_000, "123MB", "984Mb"),
    (124_930_000, "125MB", "999Mb"), (999_500_000, "1.0GB", "8.0Gb"),
    (UInt64.max, "18EB", "148Eb"),
  ])
  func dataNamesItsUnit(_ count: UInt64, _ bytes: String, _ bits: String) {
    #expect(Quantity.data(count, Self.presentation(.bytes, .si)) == bytes)
    #expect(Quantity.data(count, Self.presentation(.bits, .si)) == bits)
    #expect(Quantity.data(count, Self.presentation(.bits, .binary)) == bits)
    #expect(Quantity.data(count, Self.presentation(.bytes, .binary)) == Quantity.bytes(count))
  }

  @Test func ratesBelowOneAreNotNothing() {
    #expect(Quantity.dataRate(0.1, Self.presentation(.bytes, .si)) == "<1B")
    #expect(Quantity.dataRate(0.1, Self.presentation(.bits, .si)) == "<1b")
    #expect(Quantity.dataRate(0.125, Self.presentation(.bits, .si)) == "1b")
    #expect(Quantity.dataRate(0, Self.presentation(.bits, .si)) == "0b")
    #expect(Quantity.dataRate(.infinity, Self.presentation(.bits, .si)) == "999Eb")
  }

  @Test(arguments: Presentation.Unit.allCases, Presentation.Prefix.allCases)
  func dataTakesFiveColumnsAtMost(_ unit: Presentation.Unit, _ prefix: Presentation.Prefix) {
    let presentation = Self.presentation(unit, prefix)
    var number: UInt64 = 1
    while number < UInt64.max / 3 {
      for value in [number - 1, number, number + 1, number * 2 + number / 7] {
        #expect(Quantity.data(value, presentation).count <= 5)
        #expect(Quantity.dataRate(Double(value) * 1.0001, presentation).count <= 5)
      }
      number += number / 4 + 1
    }
  }

  private static let counted: [Column.ID] = [
    .received, .sent, .bytes, .packetsReceived, .packetsSent, .retransmits,
  ]

  /// The cells of `counted` for a connection.
  private func cells(_ model: Model, _ figures: Presentation.Figures) -> [String] {
    let context = CellContext(model.table, Self.presentation(.bytes, .binary, figures))
    guard let row = model.row(at: 0) else { return [] }
    return Self.counted.map { Column.with($0).cell(row, context).text() }
  }

  private func counters(_ factor: UInt64) -> Counters {
    Counters(
      bytesSent: 100 * factor,
      bytesReceived: 10 * factor,
      packetsSent: 4 * factor,
      packetsReceived: 3 * factor,
      retransmits: UInt32(factor)
    )
  }

  @Test func deltasAreWhatTheLastIntervalAdded() {
    var model = Model()
    model.apply(Sample.batch(0, [.upsert(Sample.connection(1, counters: counters(2)))]))
    #expect(cells(model, .totals) == ["20B", "200B", "220B", "6", "8", "2"])
    #expect(cells(model, .deltas) == Array(repeating: "-", count: 6), "one sample has no growth")
    model.apply(Sample.batch(1, [.counters(Sample.id(1), .established, counters(5))]))
    #expect(cells(model, .totals) == ["50B", "500B", "550B", "15", "20", "5"])
    #expect(cells(model, .deltas) == ["30B", "300B", "330B", "9", "12", "3"])
    model.apply(Sample.batch(2))
    #expect(cells(model, .totals) == ["50B", "500B", "550B", "15", "20", "5"])
    #expect(cells(model, .deltas) == ["0B", "0B", "0B", "0", "0", "0"])
  }

  @Test func theScreenAndTheListShowTheUnit() {
    var settings = Settings()
    settings.presentation = Self.presentation(.bits, .si)
    var state = ScreenState(host: "host", settings: settings)
    var model = Model()
    for second in 0...1 {
      let counters = Counters(bytesReceived: UInt64(second) * 1_230_000)
      let batch = Sample.batch(
        Double(second),
        [
          second == 0
            ? .upsert(Sample.connection(1, counters: counters))
            : .counters(Sample.id(1), .established, counters)
        ]
      )
      state.apply(batch)
      model.apply(batch)
    }
    let screen = state.screen(80, 24)
    #expect(screen.contains { $0.hasPrefix("RX 9.8Mb/s ") })
    #expect(screen.contains { $0.contains("192.0.2.1:443") && $0.contains(" 9.8Mb ") })
    var table = ""
    TableFormatter(presentation: Self.presentation(.bits, .si)).write(model, to: &table)
    #expect(table.contains(" 9.8Mb "))
    var json = ""
    JSONFormatter().write(model, to: &json)
    #expect(json.contains("\"bytes_received_per_s\":1230000,"))
  }
}
