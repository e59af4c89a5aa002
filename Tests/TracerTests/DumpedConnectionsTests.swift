import Connections
import Samples
import Testing

@testable import Tracer

@Suite struct DumpedConnectionsTests {
  private let host = DumpedHost()

  /// A connection that this end opened, all of it acknowledged.
  private func connection(
    _ cookie: UInt64 = 7,
    _ state: SocketState = .established,
    inode: UInt32 = 70,
    sent: UInt64 = 100,
    received: UInt64 = 20
  ) -> DiagSocket {
    DiagSocket(cookie: cookie, state: state, inode: inode).with([
      .bytesSent: sent, .bytesACKed: sent + 1, .bytesReceived: received, .segmentsOut: 5,
      .segmentsIn: 4, .rtt: 900,
    ])
  }

  /// One that a listener accepted.
  private func accepted(
    _ cookie: UInt64 = 8,
    _ state: SocketState = .established,
    inode: UInt32 = 80,
    sent: UInt64 = 100
  ) -> DiagSocket {
    connection(cookie, state, inode: inode, sent: sent).with([.bytesACKed: sent]) {
      ($0.localPort, $0.remotePort) = ($0.remotePort, $0.localPort)
    }
  }

  // MARK: Dumps

  @Test func `older ones, new ones and changes`() throws {
    let old = connection(1)
    #expect(try host.dump([old]) == ["opened 1 ESTAB out"])
    let first = try #require(host.live(1))
    #expect(first.id.generation == 0)
    #expect(first.openedAt == nil)
    #expect(first.netns == 1)
    #expect(first.local.description == "10.0.0.1:40000")
    #expect(first.remote.description == "10.0.0.2:80")
    #expect(first.counters.bytesSent == 100)
    #expect(first.counters.bytesReceived == 20)
    #expect(try host.dump([old]) == [])
    #expect(try host.dump([old, connection(2)]) == ["opened 2 ESTAB out"])
    let second = try #require(host.live(2))
    #expect(second.id.generation != 0)
    #expect(second.openedAt == host.now)
    // Time passes while nothing happens.
    #expect(try host.dump([old.with([.lastDataSent: 5000]), connection(2)]) == [])
    #expect(
      try host.dump([old, connection(2, received: 21)]) == ["changed 2 ESTAB"]
    )
    #expect(host.live(2)?.counters.bytesReceived == 21)
    #expect(host.table.count == 2)
    #expect(host.table.inodes == [70])
  }

  /// The state is enough of a change.
  @Test func `a half-closed connection`() throws {
    try host.dump([connection()])
    #expect(try host.dump([connection(7, .closeWait, received: 21)]) == ["changed 7 CLOSE-WAIT"])
    // The FIN is no byte.
    #expect(host.live(7)?.counters.bytesReceived == 20)
    #expect(
      try host.dump([connection(7, .lastAck, received: 21)]) == ["changed 7 LAST-ACK"]
    )
    #expect(host.live(7)?.counters.bytesReceived == 20)
    #expect(try host.dump([connection(8, .closeWait, received: 0)]).first != nil)
    #expect(host.live(8)?.counters.bytesReceived == 0)
  }

  @Test func `what has no figures is left out`() throws {
    for state in [SocketState.timeWait, .synReceived, .closed] {
      #expect(try host.dump([connection(7, state)]) == [])
    }
    #expect(host.table.count == 0)
  }

  @Test func `a keyframe has everything`() throws {
    try host.dump([connection(1), connection(2)])
    host.table.reportsAll = true
    #expect(
      try host.dump([connection(1), connection(2)]) == ["whole 1 ESTAB out", "whole 2 ESTAB out"]
    )
    host.table.reportsAll = false
    #expect(try host.dump([connection(1), connection(2)]) == [])
  }

  @Test func `a socket that one dump misses`() throws {
    try host.dump([connection()])
    #expect(try host.dump([]) == [])
    #expect(try host.dump([connection()]) == [])
    #expect(try host.dump([]) == [])
    #expect(host.table.count == 1)
  }

  @Test(
    arguments: [
      (.established, .unknown), (.closeWait, .unknown), (.finWait1, .unknown),
      (.synSent, .unknown), (.finWait2, .fin), (.lastAck, .fin), (.closing, .fin), (.listen, .fin),
    ] as [(SocketState, Connection.CloseReason)]
  )
  func `a socket that two dumps miss`(
    state: SocketState,
    reason: Connection.CloseReason
  ) throws {
    try host.dump([connection(7, state)])
    try host.dump([])
    #expect(try host.dump([]) == ["ended 7 \(reason.name) unseen"])
    #expect(host.last?.end?.at == host.now)
    #expect(host.last?.state == .closed)
    #expect(host.table.count == 0)
    #expect(try host.dump([]) == [])
  }

  /// The figures last read stay.
  @Test func `an end that nobody saw`() throws {
    try host.dump([connection()])
    host.table.takeOwners([70: Sample.owner(12, "p", source: .scan)])
    #expect(host.take() == ["owner 7 12 scan"])
    try host.dump([])
    try host.dump([])
    #expect(host.last?.counters.bytesSent == 100)
    #expect(host.last?.remote.description == "10.0.0.2:80")
    #expect(host.last?.owner?.process.id.pid == 12)
    #expect(host.last?.direction == .outgoing)
  }

  /// A list that was interrupted, or that the kernel refused, proves nothing.
  @Test func `dumps that are not complete`() throws {
    try host.dump([connection()])
    for _ in 0..<3 { #expect(try host.dump([], complete: [.udp, .mptcp]) == []) }
    try host.dump([])
    #expect(try host.dump([], complete: []) == [])
    #expect(try host.dump([]) == ["ended 7 unknown unseen"])
  }

  // MARK: Namespaces

  /// Before Linux 5.4 each namespace has cookies of its own.
  @Test func `the same cookie in two namespaces`() throws {
    let other = connection(received: 900)
    try host.dump([connection()], netns: 1)
    #expect(try host.dump([other], netns: 2) == ["opened 7 ESTAB out"])
    #expect(Set(host.live.values.map(\.netns)) == [1, 2])
    #expect(host.table.count == 2)
    // Each changes and ends alone.
    #expect(try host.dump([connection(sent: 300)], netns: 1) == ["changed 7 ESTAB"])
    #expect(host.live.values.first { $0.netns == 1 }?.counters.bytesSent == 300)
    #expect(host.live.values.first { $0.netns == 2 }?.counters.bytesSent == 100)
    try host.dump([connection(9)], netns: 1)
    try host.dump([connection(9)], netns: 2)
    #expect(Set(host.live.keys).count == 4)
    #expect(try host.end(connection(9, .closed), netns: 2).count == 1)
    #expect(host.last?.netns == 2)
    #expect(host.live.values.filter { $0.id.cookie == 9 }.map(\.netns) == [1])
    host.table.endNamespaces([1], at: host.now)
    #expect(host.take().count == 2)
    #expect(host.live.values.map(\.netns) == [2])
  }

  @Test func `namespaces that are gone`() throws {
    for netns: UInt32 in 1...3 { try host.dump([connection(UInt64(netns))], netns: netns) }
    host.table.endNamespaces([], at: host.now)
    #expect(host.take() == [])
    host.table.endNamespaces([1, 3, 4], at: host.now)
    #expect(Set(host.take()) == ["ended 1 unknown unseen", "ended 3 unknown unseen"])
    #expect(host.table.count == 1)
  }

  /// Dumps of one namespace end nothing in another, also where their numbers differ.
  @Test func `many namespaces at once`() throws {
    var dumps: [DumpedConnections.Dump] = []
    for netns: UInt32 in 1...3 {
      try host.dump([connection(UInt64(netns))], netns: netns)
      var dump = DumpedConnections.Dump(netns: netns, time: host.now, previous: nil, number: 50)
      dump.complete = netns == 3 ? [.udp] : [.tcp]
      dumps.append(dump)
    }
    #expect(host.table.endMissing([]) == 0)
    #expect(host.table.endMissing(dumps) == 0)
    #expect(host.table.endMissing(dumps) == 2)
    #expect(Set(host.take()) == ["ended 1 unknown unseen", "ended 2 unknown unseen"])
  }

  // MARK: Direction

  @Test func `the direction that the figures prove`() throws {
    let busy = connection().with([.unacknowledged: 2])
    #expect(try host.dump([busy, accepted()]) == ["opened 7 ESTAB unknown", "opened 8 ESTAB in"])
    // It is known once all is acknowledged, and only a whole connection has it.
    #expect(try host.dump([connection(sent: 101), accepted()]) == ["whole 7 ESTAB out"])
    #expect(host.live(7)?.direction == .outgoing)
    #expect(try host.dump([connection(sent: 102), accepted()]) == ["changed 7 ESTAB"])
    // What is known stays.
    #expect(try host.dump([busy.with([.bytesACKed: 5]), accepted()]) == ["changed 7 ESTAB"])
  }

  @Test func `the direction that a listener or the state tells`() throws {
    let busy = accepted().with([.unacknowledged: 2])
    let listener = DiagSocket.listener(3, port: 80, inode: 30)
    let attempt = connection(9, .synSent).with([.bytesACKed: 0, .bytesSent: 0])
    #expect(
      try host.dump([listener, busy, attempt]) == [
        "opened 3 LISTEN unknown", "opened 8 ESTAB in", "opened 9 SYN-SENT out",
      ]
    )
    // Another port, and another namespace.
    #expect(try host.dump([busy], netns: 2) == ["opened 8 ESTAB unknown"])
    #expect(
      try host.dump([connection(10).with([.unacknowledged: 2])]) == ["opened 10 ESTAB unknown"]
    )
  }

  // MARK: A socket that connects again

  @Test func `a socket that connects again`() throws {
    let first = connection(sent: 5000)
    try host.dump([first])
    let second = connection(sent: 10).with([:]) { $0.remotePort = 443 }
    #expect(try host.dump([second]) == ["opened 7 ESTAB out", "ended 7 unknown unseen"])
    #expect(host.last?.remote.port == 80)
    #expect(host.last?.counters.bytesSent == 5000)
    let live = try #require(host.live(7))
    #expect(live.remote.port == 443)
    #expect(live.counters.bytesSent == 10)
    #expect(live.openedAt == host.now)
    #expect(live.id.generation != 0)
    #expect(host.table.count == 1)
    // Both in one dump that was interrupted: the next one has it.
    let third = second.with([:]) { $0.remotePort = 444 }
    #expect(try host.dump([third, second]).count == 2)
    #expect(host.live(7)?.remote.port == 444)
    #expect(try host.dump([second]) == ["opened 7 ESTAB out", "ended 7 unknown unseen"])
    #expect(host.live(7)?.remote.port == 443)
    #expect(host.live.count == 1)
  }

  @Test func `a UDP socket that connects`() throws {
    var socket = DiagSocket(state: .closed, inode: 4)
    socket.proto = .udp
    socket.info = nil
    socket.remotePort = 0
    socket.drops = 2
    #expect(try host.dump([socket]) == ["opened 7 UNCONN unknown"])
    #expect(host.live(7)?.counters.drops == 2)
    #expect(host.live(7)?.counters.uncounted == [.bytes, .packets])
    socket.remotePort = 53
    socket.state = .established
    #expect(try host.dump([socket]) == ["opened 7 ESTAB unknown", "ended 7 closed unseen"])
    socket.state = .closed
    #expect(try host.end(socket) == ["ended 7 closed"])
    #expect(host.last?.remote.port == 53)
    // One that was never connected is nobody's connection.
    socket.cookie = 9
    socket.remotePort = 0
    #expect(try host.end(socket) == [])
  }

  // MARK: MPTCP

  @Test func `subflows and their connection`() throws {
    func parent(_ cookie: UInt64, token: UInt64) -> DiagSocket {
      var socket = DiagSocket(cookie: cookie, inode: 50)
      socket.proto = .mptcp
      socket.info = [UInt8](repeating: 0, count: 80)
      socket.put(token, at: 12, size: 4)
      socket.put(60, at: 56, size: 8)
      return socket
    }
    func subflow(_ cookie: UInt64, token: UInt32) -> DiagSocket {
      connection(cookie, inode: 0).with([:]) { socket in
        let bytes = withUnsafeBytes(of: token.littleEndian, Array.init)
        socket.upperLayer = [12, 0, 3, 128, 8, 0, 2, 0] + bytes
      }
    }
    try host.dump([parent(1, token: 11), parent(2, token: 22), subflow(3, token: 22)])
    #expect(host.live(3)?.parent == host.live(2)?.id)
    #expect(host.live(2)?.counters.bytesSent == 60)
    #expect(host.live(2)?.proto == .mptcp)
    // It has the addresses of its first subflow only once that has them.
    let moved = parent(2, token: 22).with([:]) { $0.remotePort = 443 }
    #expect(
      try host.dump([parent(1, token: 11), moved, subflow(3, token: 22)]) == [
        "whole 2 ESTAB unknown"
      ]
    )
    #expect(host.live(2)?.remote.port == 443)
    // The tokens of another namespace are others.
    try host.dump([subflow(4, token: 22)], netns: 2)
    #expect(host.live(4)?.parent == nil)
    // A token that is used again.
    try host.dump([parent(1, token: 11), parent(2, token: 23), subflow(5, token: 22)])
    #expect(host.live(5)?.parent == nil)
    // A connection that ends takes no other's token with it.
    try host.dump([parent(1, token: 11), parent(6, token: 23), subflow(7, token: 23)])
    #expect(host.live(7)?.parent == host.live(6)?.id)
    try host.dump([parent(1, token: 11), parent(6, token: 23)])
    #expect(host.live(2) == nil)
    try host.dump([parent(1, token: 11), parent(6, token: 23), subflow(8, token: 23)])
    #expect(host.live(8)?.parent == host.live(6)?.id)
  }

  // MARK: Owners

  @Test func `an owner that is found later`() throws {
    try host.dump([connection()])
    host.table.countUnknownOwners()
    #expect(host.table.unknownOwners == 1)
    host.table.takeOwners([70: Sample.owner(12, "p", source: .scan)])
    #expect(host.table.unknownOwners == 0)
    #expect(host.take() == ["owner 7 12 scan"])
    // The same again is nothing new, nor is a scan that could not see it.
    host.table.takeOwners([70: Sample.owner(12, "p", source: .scan)])
    host.table.takeOwners([:])
    #expect(host.take() == [])
    #expect(host.table.unknownOwners == 0)
    // Another process has it now.
    host.table.takeOwners([70: Sample.owner(13, "p", source: .scan)])
    #expect(host.take() == ["owner 7 13 scan"])
    // A new socket of a process that is known.
    try host.dump([connection(), connection(9)])
    #expect(host.live(9)?.owner?.process.id.pid == 13)
  }

  @Test func `a socket that no process holds any more`() throws {
    try host.dump([connection()])
    host.table.takeOwners([70: Sample.owner(12, "p", source: .scan)])
    #expect(host.take().count == 1)
    let orphan = connection(7, .finWait1, inode: 0)
    #expect(Set(try host.dump([orphan])) == ["owner 7 12 scan last", "changed 7 FIN-WAIT-1"])
    host.table.takeOwners([:])
    #expect(host.take() == [])
    #expect(host.table.unknownOwners == 0)
    try host.end(connection(7, .closed, inode: 0))
    #expect(host.last?.owner?.process.id.pid == 12)
    #expect(host.last?.owner?.isLast == true)
  }

  @Test func `the owner of a connection that waits to be accepted`() throws {
    let listener = DiagSocket.listener(3, port: 80, inode: 30)
    try host.dump([listener])
    host.table.takeOwners([30: Sample.owner(12, "p", source: .scan)])
    #expect(host.take() == ["owner 3 12 scan"])
    let waiting = accepted(inode: 0)
    #expect(try host.dump([listener, waiting]) == ["opened 8 ESTAB in"])
    #expect(host.live(8)?.owner?.source == .listener)
    #expect(host.live(8)?.owner?.process.id.pid == 12)
    host.table.countUnknownOwners()
    #expect(host.table.unknownOwners == 0)
    // Somebody accepts it: who, the next search says.
    try host.dump([listener, accepted()])
    #expect(host.live(8)?.owner?.source == .listener)
    host.table.countUnknownOwners()
    #expect(host.table.unknownOwners == 1)
    host.table.takeOwners([
      30: Sample.owner(12, "p", source: .scan), 80: Sample.owner(13, "p", source: .scan),
    ])
    #expect(host.take() == ["owner 8 13 scan"])
    // What this end opened from another port is not the listener's.
    try host.dump([listener, connection(9, inode: 0)])
    #expect(host.live(9)?.owner == nil)
  }

  /// `SO_REUSEPORT`.
  @Test func `listeners that share a port`() throws {
    let listeners = (1...3).map {
      DiagSocket.listener(UInt64($0), port: 80, inode: 30 + UInt32($0))
    }
    try host.dump(listeners)
    host.table.takeOwners([
      32: Sample.owner(12, "p", source: .scan), 33: Sample.owner(13, "p", source: .scan),
    ])
    #expect(host.take().count == 2)
    try host.dump(listeners + [accepted(8, inode: 0)])
    #expect(host.live(8)?.owner?.process.id.pid == 12)
    // The others stay when one goes.
    try host.end(listeners[1].with([:]) { $0.state = .closed })
    let busy = accepted(9, inode: 0).with([.unacknowledged: 1])
    try host.dump([listeners[0], listeners[2], busy])
    #expect(host.live(9)?.direction == .incoming)
    #expect(host.live(9)?.owner?.process.id.pid == 13)
    try host.end(listeners[0].with([:]) { $0.state = .closed })
    try host.end(listeners[2].with([:]) { $0.state = .closed })
    try host.dump([accepted(10, inode: 0).with([.unacknowledged: 1])])
    #expect(host.live(10)?.direction == .unknown)
    #expect(host.live(10)?.owner == nil)
  }
}
