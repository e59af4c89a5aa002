import Connections
import Samples
import Testing

@testable import Tracer

/// What the kernel's notification of a freed socket makes of a connection.
@Suite struct FinalFiguresTests {
  private let host = DumpedHost()

  /// A socket as the notification has it.
  private func freed(
    sent: UInt64,
    acknowledged: UInt64,
    received: UInt64,
    unread: UInt32 = 0,
    queue: UInt32 = 0,
    notSent: UInt64 = 0
  ) -> DiagSocket {
    DiagSocket(state: .closed).with([
      .bytesSent: sent, .bytesACKed: acknowledged, .bytesReceived: received, .segmentsOut: 6,
      .segmentsIn: 5, .rtt: 40, .notSent: notSent,
    ]) {
      $0.receiveQueue = unread
      $0.sendQueue = queue
    }
  }

  private func final(
    _ socket: DiagSocket,
    _ state: SocketState = .established,
    _ direction: Connection.Direction = .unknown,
    isHeld: Bool = true,
    before: UInt64? = nil
  ) throws -> FinalFigures {
    let last = FinalFigures.Last(
      state: state,
      direction: direction,
      isHeld: isHeld,
      bytesReceived: before
    )
    return try socket.read { FinalFigures($0, .tcp, after: last) }
  }

  /// The client closed first: the peer's FIN went to its time-wait socket, and is not counted.
  @Test func `the end that closed first`() throws {
    let socket = freed(sent: 7, acknowledged: 9, received: 21)
    for direction in [Connection.Direction.outgoing, .unknown] {
      let end = try final(socket, .finWait2, direction, isHeld: false)
      #expect(end.counters.bytesSent == 7)
      #expect(end.counters.bytesReceived == 21)
      #expect(end.counters.unread == 0)
      #expect(end.counters.unacknowledged == 0)
      #expect(end.direction == .outgoing)
      #expect(end.reason == .fin)
      #expect(!end.neverEstablished && !end.isCleared)
      // No dump saw more of it than that it was established, or nothing at all.
      #expect(try final(socket, .established, direction).counters.bytesReceived == 21)
      #expect(
        try final(socket, .established, direction, before: 21).counters.bytesReceived == 21
      )
    }
    // It came with the acknowledgement, so that the socket itself has it.
    let counted = freed(sent: 7, acknowledged: 9, received: 22, unread: 1)
    for state in [SocketState.established, .finWait1, .finWait2] {
      let end = try final(counted, state, isHeld: false)
      #expect(end.counters.bytesReceived == 21)
      #expect(end.counters.unread == 0)
    }
  }

  /// A process that shuts its end down reads the other's to its end.
  @Test func `a shutdown before the end`() throws {
    let socket = freed(sent: 7, acknowledged: 9, received: 22)
    #expect(try final(socket, .finWait2, .outgoing).counters.bytesReceived == 21)
    #expect(try final(socket, .established, .outgoing, before: 21).counters.bytesReceived == 21)
  }

  @Test func `the end that closed last`() throws {
    let unread = freed(sent: 21, acknowledged: 22, received: 8, unread: 1)
    for state in [SocketState.lastAck, .established, .closeWait] {
      for direction in [Connection.Direction.incoming, .unknown] {
        let end = try final(unread, state, direction)
        #expect(end.counters.bytesReceived == 7, "\(state)")
        #expect(end.counters.bytesSent == 21)
        #expect(end.counters.unread == 0)
        #expect(end.reason == .fin)
      }
    }
    #expect(try final(unread, .lastAck).direction == .incoming)
    // The process had read the FIN.
    let read = freed(sent: 21, acknowledged: 22, received: 8)
    for state in [SocketState.lastAck, .closeWait, .closing] {
      #expect(try final(read, state, .incoming).counters.bytesReceived == 7, "\(state)")
    }
    #expect(try final(read, .established, .incoming).counters.bytesReceived == 7)
    #expect(try final(read, .established, .incoming, before: 7).counters.bytesReceived == 7)
    #expect(try final(read, .established, .incoming, before: 8).counters.bytesReceived == 8)
  }

  /// Without an acknowledgement, its end was no FIN: a reset, or a timeout.
  @Test func `a FIN that was not acknowledged`() throws {
    for state in [SocketState.lastAck, .closing, .finWait1] {
      let end = try final(
        freed(sent: 21, acknowledged: 21, received: 7, queue: 1),
        state,
        .incoming
      )
      #expect(end.reason == .unknown, "\(state)")
      #expect(end.counters.unacknowledged == 0)
      #expect(end.counters.bytesReceived == (state == .finWait1 ? 7 : 6))
    }
    // Payload too was not.
    let data = freed(sent: 30, acknowledged: 21, received: 7, queue: 15, notSent: 6)
    let end = try final(data, .finWait1, .incoming)
    #expect(end.reason == .unknown)
    #expect(end.counters.unacknowledged == 14)
    #expect(end.counters.unsent == 5)
    #expect(end.counters.bytesSent == 30)
    #expect(try final(data, .established, .incoming).counters.unacknowledged == 15)
    #expect(try final(data, .lastAck, .unknown).direction == nil)
  }

  @Test func `a reset`() throws {
    // Of the client, whose SYN alone is acknowledged beyond its payload.
    let near = try final(freed(sent: 7, acknowledged: 8, received: 21), .established, .outgoing)
    #expect(near.reason == .unknown)
    #expect(near.counters.bytesReceived == 21)
    #expect(near.counters.bytesSent == 7)
    let far = try final(freed(sent: 21, acknowledged: 21, received: 7, unread: 3))
    #expect(far.reason == .unknown)
    #expect(far.direction == .incoming)
    #expect(far.counters.unread == 3)
    #expect(far.counters.bytesReceived == 7)
    // Whether the one is a SYN or a FIN is not known, but three bytes that were not read are no FIN.
    let short = try final(freed(sent: 7, acknowledged: 8, received: 21, unread: 3))
    #expect(short.reason == .unknown)
    #expect(short.direction == nil)
    #expect(short.counters.unread == 3)
  }

  @Test func `an attempt to connect that failed`() throws {
    var socket = freed(sent: 0, acknowledged: 0, received: 0, queue: 1)
    socket[.rtt] = 0
    for (state, direction) in [
      (SocketState.synSent, Connection.Direction.outgoing), (.established, .unknown),
    ] {
      let end = try final(socket, state, direction)
      #expect(end.neverEstablished)
      #expect(end.direction == .outgoing)
      #expect(end.counters.unacknowledged == 0)
      #expect(end.counters.bytesSent == 0)
      #expect(end.reason == .unknown)
    }
    // A connection that was accepted, and carried nothing.
    let accepted = try final(freed(sent: 0, acknowledged: 0, received: 0))
    #expect(!accepted.neverEstablished)
    #expect(accepted.direction == .incoming)
    #expect(try !final(freed(sent: 0, acknowledged: 1, received: 0), .synSent).neverEstablished)
  }

  /// Up to Linux 4.17 nobody counts what was sent.
  @Test func `an older kernel`() throws {
    func older(_ socket: DiagSocket) -> DiagSocket {
      socket.with([:]) { $0.info = $0.info.map { Array($0.prefix(192)) } }
    }
    let near = try final(
      older(freed(sent: 0, acknowledged: 9, received: 21)),
      .finWait2,
      .outgoing,
      isHeld: false
    )
    #expect(near.counters.bytesSent == 7)
    #expect(near.counters.bytesReceived == 21)
    #expect(near.reason == .fin)
    let far = try final(
      older(freed(sent: 0, acknowledged: 22, received: 8, unread: 1)),
      .lastAck,
      .incoming
    )
    #expect(far.counters.bytesSent == 21)
    #expect(far.counters.bytesReceived == 7)
    #expect(far.reason == .fin)
    let lost = try final(
      older(freed(sent: 0, acknowledged: 21, received: 8, queue: 1)),
      .lastAck,
      .incoming
    )
    #expect(lost.counters.bytesSent == 21)
    #expect(lost.reason == .unknown)
  }

  @Test func `what is no connection of TCP`() throws {
    let socket = freed(sent: 7, acknowledged: 9, received: 21)
    let last = FinalFigures.Last()
    #expect(try socket.read { FinalFigures($0, .udp, after: last).reason } == .closed)
    #expect(try socket.read { FinalFigures($0, .udp, after: last).counters } == .absent)
    #expect(try final(socket, .listen).reason == .fin)
    #expect(try final(socket, .listen).counters == .absent)
  }

  // MARK: In the table

  private var open: DiagSocket {
    DiagSocket(inode: 70).with([
      .bytesSent: 7, .bytesACKed: 8, .bytesReceived: 21, .segmentsOut: 5, .segmentsIn: 4, .rtt: 40,
    ])
  }

  @Test func `an end with its final figures`() throws {
    try host.dump([open])
    #expect(try host.end(freed(sent: 17, acknowledged: 19, received: 21)) == ["ended 7 fin"])
    let end = try #require(host.last)
    #expect(end.id.generation == 0)
    #expect(end.counters.bytesSent == 17)
    #expect(end.counters.bytesReceived == 21)
    #expect(end.state == .closed)
    #expect(end.end?.at == host.now)
    #expect(end.end?.isUnseen == false)
    #expect(host.table.count == 0)
    // Nor does a dump find it missing.
    #expect(try host.dump([]) == [])
    #expect(try host.dump([]) == [])
  }

  /// The dump had the last state, and whether a process held the socket.
  @Test func `the last state is that of the dump`() throws {
    try host.dump([open.with([.bytesACKed: 9]) { ($0.state, $0.inode) = (.finWait2, 0) }])
    try host.end(freed(sent: 7, acknowledged: 9, received: 21))
    #expect(host.last?.counters.bytesReceived == 21)
    try host.dump([open.with([.bytesACKed: 9]) { ($0.state, $0.inode) = (.finWait2, 70) }])
    try host.end(freed(sent: 7, acknowledged: 9, received: 22))
    #expect(host.last?.counters.bytesReceived == 21)
    try host.dump([open])
    try host.end(freed(sent: 7, acknowledged: 9, received: 22))
    #expect(host.last?.counters.bytesReceived == 21)
  }

  /// A process that resets its own connection disconnects the socket first.
  @Test func `figures that were cleared`() throws {
    try host.dump([open])
    var cleared = DiagSocket(state: .closed)
    cleared.remotePort = 0
    cleared.remote = [0, 0, 0, 0]
    #expect(try host.end(cleared) == ["ended 7 unknown unseen"])
    let end = try #require(host.last)
    #expect(end.counters.bytesSent == 7)
    #expect(end.counters.bytesReceived == 21)
    #expect(end.remote.description == "10.0.0.2:80")
    #expect(end.local.description == "10.0.0.1:40000")
    #expect(end.end?.neverEstablished == false)
    // An older kernel leaves some of them.
    try host.dump([open])
    #expect(try host.end(cleared.with([.segmentsIn: 9])) == ["ended 7 unknown unseen"])
    #expect(host.last?.counters.packetsReceived == 4)
    // An attempt to connect that failed.
    try host.dump([open.with([.bytesACKed: 0, .bytesSent: 0]) { $0.state = .synSent }])
    #expect(try host.end(cleared).count == 1)
    #expect(host.last?.end?.neverEstablished == true)
    #expect(host.last?.direction == .outgoing)
    // What no dump had, nobody knows.
    #expect(try host.end(cleared) == [])
  }

  @Test func `an end of what no dump had`() throws {
    let socket = freed(sent: 7, acknowledged: 9, received: 21)
    #expect(try host.end(socket) == ["ended 7 fin"])
    #expect(host.last?.id.generation == 0)
    #expect(host.last?.openedAt == nil)
    try host.dump([])
    #expect(try host.end(socket.with([:]) { $0.cookie = 8 }) == ["ended 8 fin"])
    #expect(host.last?.id.generation != 0)
    #expect(host.last?.openedAt == host.now)
    #expect(host.last?.direction == .outgoing)
    #expect(host.last?.remote.description == "10.0.0.2:80")
  }

  @Test func `an end of what a listener accepted`() throws {
    try host.dump([DiagSocket.listener(3, port: 40000, inode: 30)])
    host.table.takeOwners([30: Sample.owner(12, "p", source: .scan)])
    try host.dump([DiagSocket.listener(3, port: 40000, inode: 30)])
    try host.end(freed(sent: 21, acknowledged: 22, received: 8))
    #expect(host.last?.direction == .incoming)
    #expect(host.last?.counters.bytesReceived == 7)
    #expect(host.last?.owner?.process.id.pid == 12)
    #expect(host.last?.owner?.source == .listener)
    // Its own end is that of a listener.
    var listener = DiagSocket.listener(3, port: 40000, inode: 0)
    listener.state = .closed
    #expect(try host.end(listener) == ["ended 3 fin"])
  }

  /// A process can keep a socket long after its connection is over: no dump has it then.
  @Test func `a socket that is closed long after its end`() throws {
    try host.dump([open])
    try host.dump([])
    #expect(try host.dump([]) == ["ended 7 unknown unseen"])
    let idle: [DiagSocket.Field: UInt64] = [
      .lastDataSent: 2500, .lastDataReceived: 2600, .lastACKReceived: 2700,
    ]
    let socket = freed(sent: 7, acknowledged: 8, received: 22)
    #expect(try host.end(socket.with(idle)) == [])
    // One that began and ended since, however long it was silent.
    #expect(
      try host.end(
        socket.with(idle.merging([.lastDataSent: 900]) { _, new in new }) { $0.cookie = 8 }
      ) == ["ended 8 unknown"]
    )
  }

  @Test func `ends that are too many`() throws {
    let host = DumpedHost(endedLimit: 2)
    try host.dump([])
    for cookie: UInt64 in 1...5 {
      try freed(sent: 1, acknowledged: 3, received: 0).with([:]) { $0.cookie = cookie }.read {
        host.table.end($0, .tcp, netns: 1, at: host.now, after: nil) { _ in nil }
      }
    }
    #expect(host.take().count == 2)
    #expect(host.table.endsDropped == 3)
  }
}
