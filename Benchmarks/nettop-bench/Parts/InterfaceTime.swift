import Connections
import Monitor
import Terminal

/// How soon the screen follows keys and batches with 100,000 rows, and what it writes: no kernel,
/// once without a terminal and once with one that is read.
struct InterfaceTime {
  private static let limit = Budget.atMost(0.016)
  private static let batchLimit = Budget.atMost(0.005)
  /// How many of all keys have to be within `limit`, and what none may exceed.
  private static let share = Budget.atLeast(0.95)
  private static let worst = Budget.atMost(0.033)

  private let rounds: Int

  init(quick: Bool) {
    rounds = quick ? 3 : 15
  }

  func measure(_ report: inout Report) throws {
    let rows = RowMemory(rows: Walk.rows)
    report.add("\(Walk.rows) rows, memory with their history", rows.live, .megabytes)
    report.add("\(Walk.rows) rows, memory more in a pause", rows.pause, .megabytes)

    var canvas = Walk()
    report.add("\(Walk.rows) rows, the first batch", canvas.opening, .milliseconds)
    canvas.run(rounds: rounds)

    let terminal = try ReadTerminal()
    let screen = try Screen(
      input: terminal.device,
      output: terminal.device,
      type: "xterm-256color"
    )
    defer { screen.close() }
    screen.theme = .dark
    var written = Walk { canvas, cursor in
      screen.draw(canvas, cursor: cursor)
    }
    written.run(rounds: rounds)

    for step in written.figures {
      report.add(
        step.name,
        step.times.median,
        .milliseconds,
        cpu: step.cpu.min(),
        budget: step.isKey ? Self.limit : Self.batchLimit
      )
    }
    addMedian(canvas.figures, "to the canvas", to: &report)
    addMedian(written.figures, "to the terminal", to: &report)
    addWorst(written.figures, to: &report)
    for step in written.figures where Self.steady.contains(where: step.name.hasPrefix) {
      report.add("bytes written: \(step.name)", step.bytes.median, .plain)
    }
  }

  /// Steps whose output is reported.
  private static let steady = ["a batch", "down", "page down", "sort", "view"]

  private func addMedian(_ figures: [Walk.Figures], _ place: String, to report: inout Report) {
    let keys = figures.filter(\.isKey).map(\.times.median)
    let name = "a key \(place), median of \(keys.count) keys"
    report.add(name, keys.median, .milliseconds, budget: Self.limit)
  }

  private func addWorst(_ figures: [Walk.Figures], to report: inout Report) {
    let keys = figures.filter(\.isKey)
    let soon = keys.count { Self.limit.isMet(by: $0.times.median) }
    let share = Double(soon) / Double(max(1, keys.count))
    let limit = Unit.milliseconds.text(Self.limit.limit)
    report.add("keys shown within \(limit)", share, .percent, budget: Self.share)
    addSlowest(of: keys, "key", Self.worst, to: &report)
    addSlowest(of: figures.filter { !$0.isKey }, "batch", Self.batchLimit, to: &report)
  }

  private func addSlowest(
    of steps: [Walk.Figures],
    _ kind: String,
    _ budget: Budget,
    to report: inout Report
  ) {
    guard let slowest = steps.max(by: { $0.times.median < $1.times.median }) else { return }
    let name = "the slowest \(kind): \(slowest.name)"
    report.add(name, slowest.times.median, .milliseconds, budget: budget)
  }
}
