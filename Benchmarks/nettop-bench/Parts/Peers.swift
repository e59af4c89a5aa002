import Connections
import Glibc
import Tracer

/// What other tools cost the same loads, beside nettop.
///
/// A peer looks at the loopback of one network namespace, and a load works there and in another one
/// that nobody looks at, in turn. Nettop follows all namespaces: its programs come and go instead.
struct Peers {
  private let pairs: WindowPairs
  private let quick: Bool

  init(quick: Bool) {
    self.quick = quick
    pairs = WindowPairs(count: quick ? 30 : 200, window: 0.02)
  }

  func measure(_ report: inout Report) async throws {
    let peers = Peer.all.filter { peer in
      if peer.isInstalled { return true }
      report.note("\(peer.name) is not installed")
      return false
    }
    for kind in LoadKind.connected {
      let name = kind.rawValue
      let nettop = try await nettop(kind)
      add("\(name), nettop", nettop, &report)
      if let none = try await other(nil, kind) { add("\(name), no tool", none, &report) }
      for peer in peers {
        let figures: Figures
        do {
          guard let measured = try await other(peer, kind) else {
            report.note("\(peer.name) ended by itself")
            continue
          }
          figures = measured
        } catch let error as BenchError {
          // A tool that takes the CPU of the load, too: the others are measured all the same.
          report.note("\(name), \(peer.name): \(error)")
          continue
        }
        add("\(name), \(peer.name)", figures, &report)
        compare("\(name), nettop against \(peer.name)", nettop.speed, figures.speed, &report)
        if nettop.speed.mean < figures.speed.mean {
          report.note("where \(peer.name) costs less: \(peer.difference)")
        }
      }
    }
  }

  private func add(_ name: String, _ figures: Figures, _ report: inout Report) {
    let (speed, cpu) = figures
    report.add("\(name)", speed.mean, .ratio, margin: speed.margin)
    report.add("\(name), CPU of a core", cpu, .percent)
  }

  private func compare(
    _ name: String,
    _ own: TrimmedMean,
    _ other: TrimmedMean,
    _ report: inout Report
  ) {
    let ratio = own.mean / other.mean
    let (first, second) = (own.margin / own.mean, other.margin / other.mean)
    let margin = ratio * (first * first + second * second).squareRoot()
    report.add(name, ratio, .ratio, margin: margin, budget: .atLeast(1))
  }

  /// What a load still does with a tool, and what the tool uses meanwhile.
  private typealias Figures = (speed: TrimmedMean, cpu: Double)

  private func nettop(_ kind: LoadKind) async throws -> Figures {
    let namespace = try Namespace()
    var viewer = Viewer(try Tracer())
    try await viewer.sample()
    let load = try Load(kind, in: namespace)
    Clocks.sleep(0.5)
    let source = viewer.source
    let ratios = try await pairs.measure(
      load,
      turn: { try await source.follow($0) },
      after: { try await viewer.sample() }
    )
    await source.stop()
    let session = try NettopSession(arguments: LiveSource.Choice.bpf.arguments)
    _ = try session.wait(for: NettopSession.figures)
    let share = cpuShare(of: session.pid) { session.read(for: $0) }
    _ = try load.stop()
    return (ratios.cpu, share)
  }

  /// - Returns: `nil` if the tool has ended by itself.
  private func other(_ peer: Peer?, _ kind: LoadKind) async throws -> Figures? {
    let watched = try Namespace()
    let unwatched = try Namespace()
    let load = try Load(kind, in: watched, beside: unwatched)
    let terminal = try ReadTerminal()
    let running = try peer.map { try RunningPeer($0, in: watched, terminal) }
    Clocks.sleep(1.5)
    let ratios = try await pairs.measure(load, turn: { load.isBeside = !$0 })
    load.isBeside = false
    let share = running.map { cpuShare(of: $0.pid) { Clocks.sleep($0) } } ?? 0
    _ = try load.stop()
    if let running, !running.isAlive { return nil }
    return (ratios.cpu, share)
  }

  /// The share of a CPU that a tool uses while the load runs.
  private func cpuShare(of pid: pid_t, _ wait: (Double) -> Void) -> Double {
    let (cpu, wall) = (Clocks.cpuWithChildren(of: pid), Clocks.now)
    wait(quick ? 1 : 5)
    return (Clocks.cpuWithChildren(of: pid) - cpu) / (Clocks.now - wall)
  }
}
