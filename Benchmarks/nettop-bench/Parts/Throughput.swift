import Connections
import Tracer

/// What others lose by nettop: the throughput of a load with it against without, in one run of the
/// load while nettop comes and goes.
struct Throughput {
  private let choice: LiveSource.Choice
  private let finePairs: Int
  private let coarsePairs: Int

  init(_ choice: LiveSource.Choice, quick: Bool) {
    self.choice = choice
    finePairs = quick ? 60 : 300
    coarsePairs = quick ? 3 : 10
  }

  func measure(_ report: inout Report) async throws {
    let namespace = try Namespace()
    try await measureTCP(namespace, &report)
    // Where functions count datagrams, no program of these runs for TCP.
    guard choice == .bpf else { return }
    var viewer = Viewer(try choice.open())
    guard try await viewer.sample().health.udp == .cgroup else { return }
    for kind in LoadKind.connected {
      let load = try Load(kind, in: namespace)
      Clocks.sleep(0.5)
      let ratio = try await finePairs(load, &viewer).cpu
      report.add(
        "\(kind.rawValue), programs attached, and those of UDP at the root of cgroup v2",
        ratio.mean,
        .ratio,
        margin: ratio.margin
      )
      _ = try load.stop()
      try await viewer.sample()
    }
  }

  private func measureTCP(_ namespace: Namespace, _ report: inout Report) async throws {
    var configuration = SourceConfiguration()
    configuration.followsUDP = false
    var viewer = Viewer(try choice.open(configuration))
    try await viewer.sample()
    for kind in LoadKind.connected {
      let load = try Load(kind, in: namespace)
      // The first moments are those of caches and windows that grow.
      Clocks.sleep(0.5)
      let fine = try await finePairs(load, &viewer)
      let coarse = try await pairs(coarsePairs, 1, load, &viewer) { viewer, window in
        Clocks.sleep(window / 2)
        try await viewer.sample()
        Clocks.sleep(window / 2)
      }
      let budget = Budget.atLeast(kind == .connections ? 0.95 : 0.99)
      let name = kind.rawValue
      func add(_ what: String, _ ratio: TrimmedMean, _ budget: Budget? = nil) {
        report.add("\(name), \(what)", ratio.mean, .ratio, margin: ratio.margin, budget: budget)
      }
      add("programs attached", fine.cpu, budget)
      add("programs attached, by the clock", fine.wall)
      add("a sample each second", coarse.cpu, budget)
      add("a sample each second, by the clock", coarse.wall)
      report.add("\(name), without nettop", fine.without, kind.unit)
      _ = try load.stop()
      // The sockets of this load are no part of the next.
      try await viewer.sample()
    }
    await viewer.source.stop()
  }

  /// Nothing but the programs, attached and detached.
  func finePairs(_ load: Load, _ viewer: inout Viewer) async throws -> WindowPairs.Ratios {
    try await pairs(finePairs, 0.02, load, &viewer) { _, window in Clocks.sleep(window) }
  }

  /// Switches nettop on and off.
  private func pairs(
    _ count: Int,
    _ window: Double,
    _ load: Load,
    _ viewer: inout Viewer,
    with: (inout Viewer, Double) async throws -> Void
  ) async throws -> WindowPairs.Ratios {
    let source = viewer.source
    let ratios = try await WindowPairs(count: count, window: window).measure(
      load,
      turn: { try await source.follow($0) },
      with: { try await with(&viewer, $0) },
      // What was recorded is read between the windows: it belongs to none without nettop.
      after: { try await viewer.sample() }
    )
    try await source.follow(true)
    return ratios
  }
}

extension LoadKind {
  /// How a piece of work is reported.
  fileprivate var unit: Unit {
    switch self {
    case .bulk: .bytesPerSecond
    case .requests, .connections, .datagrams, .spin: .perSecond
    }
  }
}
