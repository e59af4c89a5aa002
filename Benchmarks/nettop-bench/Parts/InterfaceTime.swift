import Monitor
import Terminal
import Tracer

/// How soon the screen follows keys and batches with 100,000 rows, without kernel and terminal.
struct InterfaceTime {
  private static let rows: UInt64 = 100_000
  private static let changing: UInt64 = 1000

  private let rounds: Int

  init(quick: Bool) {
    rounds = quick ? 5 : 20
  }

  func measure(_ report: inout Report) {
    var interface = Interface(host: "bench")
    let first = Self.seconds { interface.apply(Synthetic.opening(Self.rows)) }
    report.add("\(Self.rows) rows, the first batch", first, .milliseconds)

    var batches: [Double] = []
    var draws: [Double] = []
    var keys = Keystroke.all.map { (key: $0, times: [Double]()) }
    for round in 1...UInt64(rounds) {
      let batch = Synthetic.change(Self.changing, of: Self.rows, round: round)
      batches.append(Self.seconds { interface.apply(batch) })
      draws.append(Self.seconds { Self.draw(&interface) })
      for index in keys.indices {
        let stroke = keys[index].key
        let time = Self.seconds {
          _ = interface.handle(stroke.key)
          Self.draw(&interface)
        }
        keys[index].times.append(time)
      }
    }
    report.add("a batch, \(Self.changing) rows changed", batches.median, .milliseconds)
    report.add("a frame of 200 × 50", draws.median, .milliseconds)
    let slowest = keys.max { $0.times.median < $1.times.median }
    report.add(
      "a key to its frame, median of \(keys.count) keys",
      keys.map(\.times.median).median,
      .milliseconds,
      budget: .atMost(0.016)
    )
    if let slowest {
      report.add(
        "the slowest key: \(slowest.key.name)",
        slowest.times.median,
        .milliseconds,
        budget: .atMost(0.016)
      )
    }
  }

  private static func draw(_ interface: inout Interface) {
    var canvas = Canvas(width: 200, height: 50)
    interface.draw(into: &canvas)
  }

  private static func seconds(_ body: () -> Void) -> Double {
    let start = Clocks.now
    body()
    return Clocks.now - start
  }
}

/// The keys that are pressed in each round, in this order.
private struct Keystroke {
  let key: Key
  let name: String

  static let all = [
    Keystroke(key: .down, name: "down"),
    Keystroke(key: .pageDown, name: "page down"),
    Keystroke(key: .end, name: "last row"),
    Keystroke(key: .home, name: "first row"),
    Keystroke(key: .character("b"), name: "sort by bytes"),
    Keystroke(key: .character("t"), name: "sort by round-trip time"),
    Keystroke(key: .character("x"), name: "sort by retransmits"),
    Keystroke(key: .character(">"), name: "sort by the next column"),
    Keystroke(key: .character("I"), name: "reverse the order"),
    Keystroke(key: .character("/"), name: "filter by text"),
    Keystroke(key: .character("w"), name: "the first letter of a filter"),
    Keystroke(key: .character("7"), name: "the second letter of a filter"),
    Keystroke(key: .control("u"), name: "clear the line of a filter"),
    Keystroke(key: .character("R"), name: "the name of a field: its first letter"),
    Keystroke(key: .character("X"), name: "the name of a field: its last letter"),
    Keystroke(key: .character(">"), name: "the operator of a comparison"),
    Keystroke(key: .character("5"), name: "the first digit of a comparison"),
    Keystroke(key: .character("M"), name: "the unit of a comparison"),
    Keystroke(key: .enter, name: "accept the filter"),
    Keystroke(key: .escape, name: "clear the filter"),
    Keystroke(key: .escape, name: "clear the selection"),
    Keystroke(key: .character("r"), name: "sort by rate"),
    Keystroke(key: .character("r"), name: "sort by rate, reversed"),
    Keystroke(key: .character("Z"), name: "pause"),
    Keystroke(key: .character("Z"), name: "go on"),
  ]
}
