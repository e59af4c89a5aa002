import StyledText
import Terminal
import Testing

@testable import Monitor
@testable import Screens

struct GraphTests {
  private func graph(
    _ values: [Double?],
    _ unit: GraphUnit = .count,
    last: UInt64 = 100,
    samplesPerDot: Int = 1,
    glyphs: GraphGlyphs = .braille
  ) -> Graph {
    Graph(
      "Name",
      unit,
      style: .sent,
      values: values,
      last: last,
      interval: 1,
      samplesPerDot: samplesPerDot,
      glyphs: glyphs
    )
  }

  private func lines(_ graph: Graph, _ width: Int, _ height: Int) -> [String] {
    var canvas = Canvas(width: width, height: height)
    graph.draw(into: &canvas, x: 0, y: 0, width: width, height: height)
    return canvas.lines
  }

  @Test func drawsEightHeights() {
    let values: [Double?] = [0, 1, 2, 3, 4, 5, 6, 7]
    #expect(Sparkline.text(values, columns: 8) == "▁▂▃▄▅▆▇█")
    #expect(Sparkline.text(values, columns: 10) == "  ▁▂▃▄▅▆▇█")
    #expect(Sparkline.text(values, columns: 3) == "▆▇█")
    #expect(Sparkline.text(values, columns: 3, top: 70) == "▂▂▂")
  }

  @Test func fallsBackToASCII() {
    let values: [Double?] = [nil, 0, 1, 2, 3, 4, 5, 6]
    #expect(Sparkline.text(values, columns: 8, isASCII: true) == " .:-=+*#")
  }

  @Test func tellsNothingFromUnknown() {
    #expect(Sparkline.text([0, nil, .nan, 0.001, 1], columns: 5) == "▁  ▂█")
    #expect(Sparkline.text([], columns: 2) == "  ")
    #expect(Sparkline.text([1], columns: 0) == "")
    #expect(Sparkline.text([1], columns: -1) == "")
  }

  @Test func fillsBrailleFromBelow() {
    let glyphs = GraphGlyphs.braille
    #expect(glyphs.lines([3, 3], top: 3, columns: 1, rows: 1) == ["⣿"])
    #expect(glyphs.lines([0, nil], top: 3, columns: 1, rows: 1) == ["⡀"])
    #expect(glyphs.lines([nil, 0], top: 3, columns: 1, rows: 1) == ["⢀"])
    #expect(glyphs.lines([1, 2], top: 3, columns: 1, rows: 1) == ["⣴"])
    #expect(glyphs.lines([7, 0], top: 7, columns: 1, rows: 2) == ["⡇", "⣇"])
    #expect(glyphs.lines([9e9, -5], top: 7, columns: 2, rows: 1) == [" ⣇"])
  }

  @Test func drawsBlocksOverSeveralLines() {
    let lines = GraphGlyphs.block.lines([15, 7, nil], top: 15, columns: 3, rows: 2)
    #expect(lines == ["█  ", "██ "])
  }

  static let rates: [(Double, String)] = [
    (0, "1K"), (1025, "2K"), (512_000, "500K"), (512_001, "1M"), (1_048_577, "2M"),
    (3_758_096_384, "5G"),
  ]

  @Test(arguments: rates)
  func roundsRates(_ greatest: Double, _ label: String) {
    let scale = GraphScale(.rate(Presentation()), for: [nil, greatest])
    #expect(scale.label == label)
    #expect(scale.top >= greatest)
  }

  @Test func roundsRatesInTheUnitShown() {
    var presentation = Presentation()
    presentation.unit = .bits
    let bits = GraphScale(.rate(presentation), for: [150_000])
    #expect((bits.label, bits.top) == ("2Mb", 250_000))
    presentation.unit = .bytes
    presentation.prefix = .si
    let bytes = GraphScale(.rate(presentation), for: [150_000])
    #expect((bytes.label, bytes.top) == ("200kB", 200_000))
    #expect(GraphUnit.rate(presentation).text(150_000) == "150kB/s")
  }

  static let times: [(Double, String, Double)] = [
    (0, "10µs", 10), (900, "1ms", 1000), (14_100, "20ms", 20000), (2_000_000, "2s", 2_000_000),
  ]

  @Test(arguments: times)
  func roundsTimes(_ greatest: Double, _ label: String, _ top: Double) {
    let scale = GraphScale(.time, for: [greatest])
    #expect((scale.label, scale.top) == (label, top))
  }

  @Test func roundsCounts() {
    #expect(GraphScale(.count, for: [1]).label == "5")
    #expect(GraphScale(.count, for: [6]).label == "10")
    #expect(GraphScale(.count, for: [150_000]).label == "200k")
    #expect(GraphScale(.count, for: []).top == 5)
  }

  @Test func joinsSamplesByTheirNumbers() {
    // Samples 7 to 12, in threes: 12 begins one of its own.
    let values: [Double?] = [10, 20, 1, 2, 3, 40]
    #expect(graph(values, .count, last: 12, samplesPerDot: 3).dots(3) == [30, 6, 40])
    #expect(graph(values, .time, last: 12, samplesPerDot: 3).dots(3) == [20, 3, 40])
    #expect(
      graph(values, .rate(Presentation()), last: 12, samplesPerDot: 3).dots(3) == [15, 2, 40]
    )
    // A sample later all dots but the newest are the same.
    let next = graph(values.dropFirst() + [5], .count, last: 13, samplesPerDot: 3).dots(3)
    #expect(next == [20, 6, 45])
    #expect(graph([nil, nil, nil, 4], .count, last: 3, samplesPerDot: 2).dots(2) == [nil, 4])
  }

  @Test func hasTitleScaleAndAxis() {
    let values: [Double?] = (0..<60).map { Double($0 % 10) }
    #expect(
      lines(graph(values), 30, 5) == [
        "Name  9  peak 9",
        "   10┤  ⢀⣴   ⢀⣴   ⢀⣴   ⢀⣴   ⢀⣴",
        "     │ ⣰⣿⣿  ⣰⣿⣿  ⣰⣿⣿  ⣰⣿⣿  ⣰⣿⣿",
        "    0┤⣾⣿⣿⣿⣠⣾⣿⣿⣿⣠⣾⣿⣿⣿⣠⣾⣿⣿⣿⣠⣾⣿⣿⣿",
        "     └──── -30s ────────── now",
      ]
    )
    #expect(
      lines(graph(values, glyphs: .ascii), 30, 4).allSatisfy { $0.utf8.allSatisfy { $0 < 0x7f } }
    )
  }

  @Test func tellsHowLongAgo() {
    #expect(
      TimeAxis.text(columns: 40, secondsPerColumn: 2, isASCII: true)
        == "----- -60s --------- -30s ---------- now"
    )
    #expect(TimeAxis.text(columns: 5, secondsPerColumn: 2, isASCII: false) == "─ now")
    #expect(TimeAxis.text(columns: 2, secondsPerColumn: 0, isASCII: false) == "──")
    #expect(TimeAxis.text(columns: 0, secondsPerColumn: 1, isASCII: false) == "")
    let hours = TimeAxis.text(columns: 60, secondsPerColumn: 120, isASCII: true)
    #expect(hours.contains(" -1h "))
    let minutes = TimeAxis.text(columns: 80, secondsPerColumn: 2, isASCII: true)
    #expect(minutes.contains(" -2m ") && minutes.contains(" -1m ") && !minutes.contains("s"))
  }

  @Test func anAxisEndsAtItsMoment() {
    func text(_ columns: Int) -> String {
      TimeAxis.text(columns: columns, secondsPerColumn: 2, endingAt: "12:34:56", isASCII: true)
    }
    #expect(text(40) == "----- -60s --------- -30s ----- 12:34:56")
    #expect(text(10) == "- 12:34:56")
    #expect(text(9) == " 12:34:56")
    for columns in 14...250 {
      let now = TimeAxis.text(columns: columns, secondsPerColumn: 2, isASCII: true)
      #expect(text(columns) == now.dropLast(9) + " 12:34:56", "\(columns)")
    }
  }

  /// Labels of one axis have one unit, and are multiples of the one next to now.
  @Test func theLabelsOfAnAxisAreAlike() {
    for seconds in [0.1, 0.2, 0.7, 1, 2, 3, 5, 10, 33, 60, 120, 600, 3600, 7200, 36_000] {
      for columns in 14...250 {
        let text = TimeAxis.text(columns: columns, secondsPerColumn: seconds, isASCII: true)
        #expect(text.count == columns)
        let labels = text.matches(of: #/ -([0-9]+)([smhd]) /#)
        let numbers = labels.reversed().compactMap { Int($0.output.1) }
        let least = numbers.first ?? 1
        let unit = labels.first?.output.2
        #expect(labels.allSatisfy { $0.output.2 == unit }, "\(text)")
        #expect(numbers == numbers.indices.map { ($0 + 1) * least }, "\(text)")
        let limit = unit == "d" ? 999 : unit == "h" ? 48 : 120
        #expect(numbers.allSatisfy { $0 < limit }, "\(text)")
      }
    }
  }

  @Test func fitsAnySize() {
    for width in -1...25 {
      for height in -1...7 {
        var canvas = Canvas(width: 20, height: 5)
        graph([1, 2, nil]).draw(into: &canvas, x: 0, y: -2, width: width, height: height)
        graph([]).draw(into: &canvas, x: 15, y: 3, width: width, height: height)
      }
    }
  }

  @Test func drawsInItsStyle() {
    var canvas = Canvas(width: 30, height: 4)
    graph([1, 2, 3]).draw(into: &canvas, x: 0, y: 0, width: 30, height: 4)
    #expect(canvas.style(x: 29, y: 2) == .sent)
    #expect(canvas.style(x: 0, y: 0) == .strong)
    #expect(canvas.style(x: 29, y: 3) == .faint)
  }
}
