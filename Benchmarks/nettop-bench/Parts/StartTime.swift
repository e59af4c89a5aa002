import Glibc
import Tracer

/// How long nettop takes to show something, on the host as it is.
struct StartTime {
  private let choice: LiveSource.Choice
  private let runs: Int

  init(_ choice: LiveSource.Choice, quick: Bool) {
    self.choice = choice
    runs = quick ? 3 : 9
  }

  func measure(_ report: inout Report) throws {
    var titles: [Double] = []
    var figures: [Double] = []
    var lists: [Double] = []
    for _ in 0..<runs {
      let session = try NettopSession(arguments: choice.arguments)
      titles.append(try session.wait(for: NettopSession.waiting))
      figures.append(try session.wait(for: NettopSession.figures))
      lists.append(try list())
    }
    report.add("screen, empty table", titles.median, .milliseconds)
    report.add("screen, first figures", figures.median, .milliseconds, budget: .atMost(0.2))
    report.add("nettop list, first output", lists.median, .milliseconds)
  }

  /// The seconds from the start of `nettop list` to its first output.
  private func list() throws -> Double {
    let start = Clocks.now
    let child = try Child([try Command.nettop, "list", "--no-wait"] + choice.arguments)
    try child.awaitOutput()
    return Clocks.now - start
  }
}
