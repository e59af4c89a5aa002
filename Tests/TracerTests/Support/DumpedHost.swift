import Connections
import Samples

@testable import Tracer

/// A host whose sockets are dumped: each dump is a second after the one before, and what is new is
/// taken after each.
final class DumpedHost {
  var table: DumpedConnections
  /// What events told.
  var lives = SocketLives()
  /// The namespaces of processes, by their PIDs.
  var places: [Int32: UInt32] = [:]
  /// Ends that events did not tell.
  private(set) var unseen = 0
  /// What a reader knows of live connections.
  private(set) var live: [Connection.ID: Connection] = [:]
  private var numbers: [UInt32: UInt32] = [:]
  private var begun: [UInt32: [Timestamp]] = [:]
  private var seconds: Int64 = 0

  static let protocols: Set<TransportProtocol> = [.tcp, .udp, .mptcp]

  init(endedLimit: Int = 1000) {
    table = DumpedConnections(endedLimit: endedLimit)
  }

  var now: Timestamp { Timestamp(nanoseconds: seconds * 1_000_000_000) }

  /// Dumps one namespace, and says what changed.
  @discardableResult
  func dump(
    _ sockets: [DiagSocket],
    netns: UInt32 = 1,
    complete: Set<TransportProtocol> = protocols,
    isNotified: Bool = false
  ) throws -> [String] {
    seconds += 1
    let number = (numbers[netns] ?? 0) + 1
    numbers[netns] = number
    var dump = DumpedConnections.Dump(
      netns: netns,
      time: now,
      previous: begun[netns]?.last,
      number: number
    )
    for socket in sockets {
      try socket.read {
        table.observe(
          $0,
          socket.proto ?? .tcp,
          dump,
          events: { told(of: $0, at: dump.time, in: netns) }
        ) { "eth\($0)" }
      }
    }
    begun[netns, default: []].append(now)
    dump.complete = complete
    dump.isNotified = isNotified
    unseen += table.endMissing([dump]) { missing in
      lives.held(missing) { isOpener(of: $0, in: missing.netns) }.map(told)
    }
    return take()
  }

  private func told(
    of socket: DumpedSocket,
    at time: Timestamp,
    in netns: UInt32
  ) -> DumpedConnections.Told? {
    lives.live(
      local: socket.local,
      remote: socket.remote,
      cookie: socket.cookie,
      at: time,
      isHere: { isOpener(of: $0, in: netns) }
    ).map(told)
  }

  private func isOpener(of life: SocketLives.Life, in netns: UInt32) -> Bool? {
    life.opener.flatMap { places[$0.process.pid] }.map { $0 == netns }
  }

  private func told(_ life: SocketLives.Life) -> DumpedConnections.Told {
    DumpedConnections.Told(
      life: life,
      opener: life.opener.map { Sample.process($0.process.pid) },
      closer: life.closer.map { Sample.process($0.process.pid) }
    )
  }

  /// The kernel frees a socket.
  @discardableResult
  func end(_ socket: DiagSocket, netns: UInt32 = 1) throws -> [String] {
    let begun = begun[netns] ?? []
    try socket.read {
      table.end(
        $0,
        socket.proto ?? .tcp,
        netns: netns,
        at: now,
        after: begun.last,
        begun.dropLast().last,
        told: lives.takeDestroyed(socket.cookie, local: socket.localPort, remote: socket.remotePort)
          .map(told)
      ) { "eth\($0)" }
    }
    return take()
  }

  /// What is new, in short: its kind, the cookie and what it reports. `last` is what ended last.
  func take() -> [String] {
    table.takeDeltas().map { delta in
      switch delta {
      case .upsert(let new):
        let verb = live[new.id] == nil ? "opened" : "whole"
        live[new.id] = new
        return "\(verb) \(new.id.cookie) \(new.state.name) \(new.direction.name)"
      case .annotated(let id, let owner):
        live[id]?.owner = owner
        return "owner \(id.cookie) \(owner.process.id.pid) \(owner.source.name)"
          + (owner.isLast ? " last" : "")
      case .counters(let id, let state, let counters):
        live[id]?.state = state
        live[id]?.counters = counters
        return "changed \(id.cookie) \(state.name)"
      case .ended(let end):
        let end = live.removeValue(forKey: end.id).map { end.ended(after: $0) } ?? end
        last = end
        return "ended \(end.id.cookie) \(end.end?.reason.name ?? "-")"
          + (end.end?.isUnseen == true ? " unseen" : "")
      }
    }
  }

  /// What ended last, with what a reader knew of it.
  private(set) var last: Connection?

  func live(_ cookie: UInt64) -> Connection? { live.values.first { $0.id.cookie == cookie } }
}
