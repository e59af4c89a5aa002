import Connections
import Tracer

/// A batch of many connections of which few have changed, against `ss` that prints the same.
struct PassCost {
  private let choice: LiveSource.Choice
  private let rounds: Int
  private let sizes: [Int]

  init(_ choice: LiveSource.Choice, quick: Bool) {
    self.choice = choice
    rounds = quick ? 5 : 20
    sizes = quick ? [10_000] : [10_000, 50_000]
  }

  func measure(_ report: inout Report) async throws {
    for size in sizes {
      let namespace = try Namespace()
      let holders = try Holders(connections: size, in: namespace)
      let viewer = Viewer(try choice.open())
      let start = Clocks.cpu
      let first = try await viewer.batch()
      let firstCost = Clocks.cpu - start
      let idle = try await costs(viewer) {}
      let active = try await costs(viewer) { try holders.touch() }
      let sockets = Double(first.health.tracked)
      let name = "\(first.health.tracked) sockets"
      report.add("\(name), found at the start", first.health.scanTime / .seconds(1), .milliseconds)
      report.add("\(name), first batch, CPU", firstCost, .milliseconds)
      report.add(
        "\(name), a pass while idle, each socket",
        idle.pass / sockets,
        .microseconds,
        budget: choice == .diag ? nil : .atMost(0.2e-6)
      )
      report.add("\(name), the fastest of these", idle.fastest / sockets, .microseconds)
      report.add("\(name), an idle batch, CPU, each", idle.cpu / sockets, .microseconds)
      report.add("\(name), a pass, 1 % changed", active.pass, .milliseconds)
      report.add("\(name), a batch, 1 % changed, CPU", active.cpu, .milliseconds)
      for options in ["-tinH", "-tinpH"] {
        let command = Command(arguments: namespace.entering(["ss", options]))
        let runs = try (0..<(options == "-tinH" ? 3 : 1)).map { _ in try command.cpuTime() }
        report.add("\(name), ss \(options), CPU", runs.median, .milliseconds)
        report.add("\(name), ss \(options), of a batch", runs.median / active.cpu, .times)
        if choice == .diag, options == "-tinH" {
          report.add(
            "\(name), a batch, of ss \(options)",
            active.cpu / runs.median,
            .ratio,
            budget: .atMost(0.25)
          )
        }
      }
      await viewer.source.stop()
    }
  }

  /// Medians of some batches. `change` comes before each.
  private func costs(
    _ viewer: Viewer,
    change: () throws -> Void
  ) async throws -> (pass: Double, fastest: Double, cpu: Double) {
    var passes: [Double] = []
    var cpu: [Double] = []
    var scanTime: Duration?
    while passes.count < rounds {
      try change()
      let start = Clocks.cpu
      let batch = try await viewer.batch()
      let used = Clocks.cpu - start
      // A search for owners comes every ten seconds and is a figure of its own.
      defer { scanTime = batch.health.scanTime }
      guard scanTime == batch.health.scanTime else { continue }
      passes.append(batch.health.passTime / .seconds(1))
      cpu.append(used)
    }
    return (passes.median, passes.min() ?? 0, cpu.median)
  }
}
