import Connections
import Samples

@testable import Tracer

/// A datagram of any bytes: messages, answers about sockets, and all that is made of them.
func fuzzNetlink(_ bytes: [UInt8]) {
  let time = Timestamp(nanoseconds: 0)
  let messages = NetlinkMessage.all(in: KernelBytes(bytes))
  precondition(messages.map { $0.payload.count + 16 }.reduce(0, +) <= bytes.count)
  for message in messages {
    _ = message.attributes(after: 0)
    guard let answer = SockDiagAnswer(message) else { continue }
    for proto in [TransportProtocol.tcp, .udp, .mptcp] {
      guard let details = answer.details(of: proto, at: time) else { continue }
      precondition(details.time == time)
    }
  }
  bytes.withUnsafeBytes { datagram in
    var dumps = DumpFuzz()
    for message in NetlinkMessages(datagram) { dumps.take(message) }
    dumps.finish()
  }
}

/// The sockets of two namespaces, as dumps and notifications report them. The flags of a message say
/// what it is: a socket of a dump or of a notification, of which protocol and namespace, and whether
/// the dump ends with it.
private struct DumpFuzz {
  private var table = DumpedConnections(endedLimit: 16)
  /// What a reader knows.
  private var live: Set<Connection.ID> = []
  private var now: Int64 = 0
  /// By namespace, the dump that is under way.
  private var dumps: [UInt32: DumpedConnections.Dump] = [:]
  /// By namespace, when the dump before the last one began.
  private var earlier: [UInt32: Timestamp] = [:]

  private static let protocols: [TransportProtocol] = [.tcp, .udp, .mptcp]

  mutating func take(_ message: NetlinkMessages.Message) {
    // Beyond the numbers of namespaces, so that no identity is another's.
    now += 1024
    let flags = message.flags
    let netns = UInt32(1 + flags & 1)
    var dump = dumps[netns] ?? begin(netns)
    if let socket = DumpedSocket(message) {
      let proto = socket.proto ?? Self.protocols[Int(flags >> 1) % 3]
      if flags & 0x20 == 0 {
        table.reportsAll = flags & 0x40 != 0
        table.observe(socket, proto, dump) { $0 % 2 == 0 ? nil : "eth\($0)" }
      } else {
        let last = dump.previous
        table.end(socket, proto, netns: netns, at: time, after: last, earlier[netns]) { _ in nil }
      }
    }
    if flags & 0x80 != 0 {
      dump.complete = flags & 0x100 == 0 ? Set(Self.protocols) : [.tcp]
      let before = table.count
      precondition(table.endMissing([dump]) == before - table.count)
      _ = begin(netns)
    }
    if flags & 0x200 != 0 {
      table.takeOwners(
        Dictionary(
          uniqueKeysWithValues: table.inodes.map {
            ($0, Sample.owner(Int32($0 % 100), "p", source: .scan))
          }
        )
      )
      precondition(table.unknownOwners == 0)
    }
    if flags & 0x400 != 0 { table.endNamespaces([netns], at: time) }
    table.countUnknownOwners()
    precondition(table.unknownOwners <= table.count && table.inodes.count <= table.count)
    // A socket that is freed does not come back, but that of these bytes can: in the next batch.
    check()
  }

  private var time: Timestamp { Timestamp(nanoseconds: now) }

  private mutating func begin(_ netns: UInt32) -> DumpedConnections.Dump {
    let last = dumps[netns]
    earlier[netns] = last?.previous
    let dump = DumpedConnections.Dump(
      netns: netns,
      time: time,
      previous: last?.time,
      number: (last?.number ?? 0) + 1
    )
    dumps[netns] = dump
    return dump
  }

  /// Reads what is new as a reader does.
  private mutating func check() {
    for delta in table.takeDeltas() {
      switch delta {
      case .upsert(let connection):
        precondition(connection.end == nil)
        live.insert(connection.id)
      case .counters(let id, _, _), .annotated(let id, _):
        precondition(live.contains(id))
      case .ended(let connection):
        precondition(connection.end != nil)
        live.remove(connection.id)
      }
    }
    precondition(live.count == table.count)
  }

  /// Nothing is left of namespaces that are gone.
  mutating func finish() {
    table.endNamespaces([1, 2], at: time)
    check()
    precondition(live.isEmpty && table.count == 0)
  }
}
