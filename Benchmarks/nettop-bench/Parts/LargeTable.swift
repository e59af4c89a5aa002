import Monitor
import Screens
import Terminal

/// The screen with up to a million rows that are made up: no kernel, no terminal.
struct LargeTable {
  private let rounds: Int
  private let sizes: [UInt64]

  init(quick: Bool) {
    rounds = quick ? 3 : 7
    sizes = quick ? [20_000, 100_000] : [20_000, 100_000, 1_000_000]
  }

  func measure(_ report: inout Report) {
    var growth = Growth()
    for rows in sizes { measure(rows, &growth, &report) }
    growth.report(to: &report)
  }

  private func measure(_ count: UInt64, _ growth: inout Growth, _ report: inout Report) {
    let rows = Int(count)
    let before = Files.resident
    var state = ScreenState(host: "bench")
    let took = {
      let opening = Synthetic.opening(count)
      let start = Clocks.threadCPU
      state.apply(opening)
      return Clocks.threadCPU - start
    }()
    var second: UInt64 = 0
    var costs: [(name: String, times: [Double])] = Self.steps.map { ($0.name, []) }
    for _ in 0..<rounds {
      for (index, step) in Self.steps.enumerated() {
        second += 1
        let batch = Synthetic.change(count / 100, of: count, round: second)
        let start = Clocks.threadCPU
        switch step.event {
        case .key(let key): _ = state.handle(key)
        case .batch: state.apply(batch)
        }
        var canvas = Canvas(width: 200, height: 50)
        state.draw(into: &canvas)
        costs[index].times.append(Clocks.threadCPU - start)
      }
    }
    growth.add("synthetic, first batch, CPU", rows: rows, took, .milliseconds, to: &report)
    growth.add("synthetic, memory", rows: rows, Files.resident - before, .megabytes, to: &report)
    for (name, times) in costs {
      growth.add("synthetic, \(name), CPU", rows: rows, times.median, .milliseconds, to: &report)
    }
  }

  /// What each round does, and ends where it began.
  private static let steps: [Step] =
    [
      Step(event: .batch, name: "a batch, 1 % changed"),
      Step(event: .key(.down), name: "down"),
      Step(event: .key(.end), name: "last row"), Step(event: .key(.home), name: "first row"),
      key("b", "sort by bytes"), key("r", "sort by rate"),
      key("2", "view of processes"),
      Step(event: .batch, name: "a batch, view of processes"),
      key("3", "view of hosts"),
      Step(event: .batch, name: "a batch, view of hosts"),
      key("1", "view of connections"),
      key("/", "filter"), key("w", "a letter of a filter"),
      Step(event: .batch, name: "a batch, with a filter"),
      Step(event: .key(.control("u")), name: "a filter removed"),
      Step(event: .key(.enter), name: "enter"),
    ]

  private static func key(_ character: Character, _ name: String) -> Step {
    Step(event: .key(.character(character)), name: name)
  }
}
