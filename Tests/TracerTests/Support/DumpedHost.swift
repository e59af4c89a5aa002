import Connections

@testable import Tracer

/// A host whose sockets are dumped: each dump is a second after the one before, and what is new is
/// taken after each.
final class DumpedHost {
  var table: DumpedConnections
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
    complete: Set<TransportProtocol> = protocols
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
      try socket.read { table.observe($0, socket.proto ?? .tcp, dump) { "eth\($0)" } }
    }
    begun[netns, default: []].append(now)
    dump.complete = complete
    table.endMissing([dump])
    return take()
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
        begun.dropLast().last
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
