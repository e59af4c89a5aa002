import Connections
import Testing

@testable import Tracer

/// Connections that have ended while a process keeps their sockets: no dump has these, and no
/// notification comes before the process closes them.
@Suite struct HeldSocketsTests {
  private let host = DumpedHost()

  /// As a dump has it. Dumps begin at the seconds 1, 2, …
  private func open(_ cookie: UInt64 = 7, localPort: UInt16 = 40000) -> DiagSocket {
    DiagSocket(cookie: cookie, inode: 70).with([
      .bytesSent: 7, .bytesACKed: 8, .bytesReceived: 21, .segmentsOut: 5, .segmentsIn: 4, .rtt: 40,
    ]) { $0.localPort = localPort }
  }

  /// As the kernel reports it when the process closes it.
  private func freed(_ cookie: UInt64 = 7, localPort: UInt16 = 40000) -> DiagSocket {
    open(cookie, localPort: localPort).with([.bytesSent: 17, .bytesACKed: 19]) {
      ($0.state, $0.inode) = (.closed, 0)
    }
  }

  /// An event, so many seconds after the first dump.
  private func take(
    _ kind: StateEvent.Kind,
    at seconds: Double,
    socket: UInt64 = 7,
    cookie: UInt64? = nil,
    localPort: UInt16 = 40000,
    pid: Int32 = 0
  ) {
    host.lives.take(
      .sample(
        kind,
        at: Int64(seconds * 1e9),
        socket: socket,
        cookie: cookie,
        local: Endpoint(address: StateEvent.client.address, port: localPort),
        pid: pid
      )
    )
  }

  private func take(_ old: SocketState, _ new: SocketState, at seconds: Double) {
    take(.stateChange(from: old, to: new), at: seconds)
  }

  private func connect(
    at seconds: Double,
    socket: UInt64 = 7,
    localPort: UInt16 = 40000,
    pid: Int32
  ) {
    take(
      .stateChange(from: .closed, to: .synSent),
      at: seconds,
      socket: socket,
      localPort: 0,
      pid: pid
    )
    take(
      .stateChange(from: .synSent, to: .established),
      at: seconds + 0.01,
      socket: socket,
      localPort: localPort
    )
  }

  private func reset(at seconds: Double) {
    take(.resetReceived, at: seconds, cookie: 7)
    take(.established, .closed, at: seconds)
  }

  private func time(_ seconds: Double) -> Timestamp {
    Timestamp(nanoseconds: 1_000_000_000 + Int64(seconds * 1e9))
  }

  @Test func `a reset by the peer, once`() throws {
    try host.dump([open()])
    reset(at: 0.5)
    #expect(try host.dump([], isNotified: true) == ["ended 7 reset"])
    let end = try #require(host.last)
    #expect(end.end?.at == time(0.5))
    #expect(end.end?.reset == Reset(isSent: false, reason: nil))
    #expect(end.end?.neverEstablished == false)
    #expect(end.state == .closed)
    #expect(end.remote.description == "10.0.0.2:80")
    // The last dump had these.
    #expect(end.counters.bytesSent == 7)
    #expect(end.counters.bytesReceived == 21)
    #expect(host.table.count == 0)
    #expect(host.unseen == 0)
    #expect(try host.dump([], isNotified: true) == [])
    // Long after, the process closes the socket.
    take(.destroyed, at: 30, cookie: 7, pid: 12)
    #expect(try host.end(freed()) == [])
    #expect(try host.dump([], isNotified: true) == [])
  }

  /// Its process mostly closes it at once.
  @Test func `an end just before a dump waits for its final figures`() throws {
    try host.dump([open()])
    reset(at: 0.95)
    #expect(try host.dump([], isNotified: true) == [])
    take(.destroyed, at: 1.01, cookie: 7, pid: 12)
    #expect(try host.end(freed()) == ["ended 7 reset"])
    #expect(host.last?.counters.bytesSent == 17)
    #expect(host.last?.end?.at == time(0.95))
    #expect(try host.dump([], isNotified: true) == [])
  }

  @Test func `but not longer than for another dump`() throws {
    try host.dump([open()])
    reset(at: 0.95)
    #expect(try host.dump([], isNotified: true) == [])
    #expect(try host.dump([], isNotified: true) == ["ended 7 reset"])
    #expect(host.last?.end?.at == time(0.95))
    take(.destroyed, at: 30, cookie: 7, pid: 12)
    #expect(try host.end(freed()) == [])
  }

  /// The process shut its end down, and reads the other's to its end.
  @Test func `FINs of both ends`() throws {
    try host.dump([])
    connect(at: 0.1, pid: 12)
    #expect(try host.dump([open()]) == ["opened 7 ESTAB out"])
    #expect(host.live(7)?.openedAt == time(0.1))
    take(.stateChange(from: .established, to: .finWait1), at: 1.2, pid: 12)
    take(.finWait1, .finWait2, at: 1.3)
    take(.finWait2, .closed, at: 1.4)
    #expect(try host.dump([], isNotified: true) == ["ended 7 fin"])
    #expect(host.last?.end?.at == time(1.4))
    #expect(host.last?.end?.reset == nil)
    #expect(host.last?.openedAt == time(0.1))
    #expect(host.last?.owner?.process.id.pid == 12)
    #expect(host.last?.owner?.source == .connect)
  }

  /// No event has the cookie of one that is older than these. It can be another namespace's until it
  /// has ended for certain.
  @Test func `FINs of both ends of an older connection`() throws {
    try host.dump([open()])
    take(.closeWait, .lastAck, at: 0.4)
    take(.lastAck, .closed, at: 0.5)
    #expect(try host.dump([], isNotified: true) == [])
    #expect(try host.dump([], isNotified: true) == ["ended 7 fin"])
    #expect(host.last?.end?.at == time(0.5))
    #expect(host.unseen == 0)
  }

  @Test func `a connection that is refused`() throws {
    try host.dump([
      open().with([.bytesSent: 0, .bytesACKed: 0, .bytesReceived: 0]) { $0.state = .synSent }
    ])
    take(.resetReceived, at: 0.5, cookie: 7)
    take(.synSent, .closed, at: 0.5)
    #expect(try host.dump([]) == ["ended 7 refused"])
    #expect(host.last?.end?.neverEstablished == true)
    #expect(host.last?.direction == .outgoing)
  }

  /// The events say when, but not why: the peer answers no more.
  @Test func `an end without a FIN or a reset`() throws {
    try host.dump([])
    connect(at: 0.1, pid: 12)
    try host.dump([open()])
    take(.established, .closed, at: 1.5)
    #expect(try host.dump([]) == ["ended 7 unknown"])
    #expect(host.last?.end?.at == time(1.5))
  }

  @Test func `the same ends again while the first socket is held`() throws {
    try host.dump([open()])
    take(.established, .closed, at: 0.5)
    connect(at: 0.6, socket: 8, pid: 13)
    #expect(try host.dump([open(9)], isNotified: true) == ["opened 9 ESTAB out"])
    #expect(host.live(9)?.openedAt == time(0.6))
    #expect(host.live(9)?.owner?.process.id.pid == 13)
    #expect(try host.dump([open(9)], isNotified: true) == ["ended 7 unknown"])
    #expect(host.last?.end?.at == time(0.5))
    take(.destroyed, at: 2.5, cookie: 7, pid: 12)
    #expect(try host.end(freed()) == [])
    #expect(host.table.count == 1)
    // The second ends alone.
    take(.stateChange(from: .lastAck, to: .closed), at: 2.6, socket: 8)
    take(.destroyed, at: 2.6, socket: 8, cookie: 9)
    #expect(try host.end(freed(9)) == ["ended 9 fin"])
    #expect(host.last?.end?.at == time(2.6))
  }

  /// Nobody knows in which of them the one is that ended: as without events.
  @Test func `the same ends in two namespaces`() throws {
    try host.dump([open()], netns: 1)
    try host.dump([open(8)], netns: 2)
    take(.finWait2, .closed, at: 0.5)
    take(.stateChange(from: .established, to: .closeWait), at: 0.6, socket: 8)
    try host.dump([], netns: 1)
    #expect(try host.dump([], netns: 1) == ["ended 7 unknown unseen"])
    #expect(host.unseen == 1)
    #expect(host.table.count == 1)
  }

  @Test func `the same ends in two namespaces, with their processes there`() throws {
    host.places = [12: 1, 13: 2]
    try host.dump([], netns: 1)
    try host.dump([], netns: 2)
    connect(at: 1.1, pid: 12)
    connect(at: 1.1, socket: 8, pid: 13)
    #expect(try host.dump([open()], netns: 1) == ["opened 7 ESTAB out"])
    #expect(try host.dump([open(8)], netns: 2) == ["opened 8 ESTAB out"])
    #expect(host.live(7)?.owner?.process.id.pid == 12)
    #expect(host.live(8)?.owner?.process.id.pid == 13)
    // Both are known by now, wherever the processes go.
    host.places = [:]
    take(.finWait2, .closed, at: 3.5)
    // A dump can miss a socket.
    #expect(try host.dump([], netns: 2) == [])
    #expect(try host.dump([], netns: 1) == ["ended 7 fin"])
    #expect(try host.dump([open(8)], netns: 2) == [])
  }

  @Test func `a socket that connects again after its end`() throws {
    try host.dump([open()])
    reset(at: 0.5)
    #expect(try host.dump([], isNotified: true) == ["ended 7 reset"])
    let first = try #require(host.last).id
    #expect(
      try host.dump([open(localPort: 40001)], isNotified: true) == ["opened 7 ESTAB out"]
    )
    // This is the end of the second connection.
    #expect(try host.end(freed(localPort: 40001)) == ["ended 7 fin"])
    #expect(host.last?.id != first)
    #expect(host.last?.local.port == 40001)
    #expect(host.last?.counters.bytesSent == 17)
  }

  @Test func `a socket that connects again, between two dumps`() throws {
    try host.dump([open()])
    reset(at: 0.5)
    #expect(try host.dump([], isNotified: true) == ["ended 7 reset"])
    let first = try #require(host.last).id
    connect(at: 1.1, localPort: 40001, pid: 12)
    take(.stateChange(from: .lastAck, to: .closed), at: 1.2, localPort: 40001)
    take(.destroyed, at: 1.2, cookie: 7)
    #expect(try host.end(freed(localPort: 40001)) == ["ended 7 fin"])
    #expect(host.last?.id != first)
    #expect(host.last?.openedAt == time(1.1))
  }
}
