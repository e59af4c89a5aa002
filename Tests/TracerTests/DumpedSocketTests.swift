import Connections
import Glibc
import Testing

@testable import Tracer

/// Messages of sock_diag about one socket among many, byte by byte.
@Suite struct DumpedSocketTests {
  @Test func `a connection with bbr`() throws {
    try DiagSocket.read(SockDiagSample.answer) { socket in
      #expect(socket.cookie == 0x308_3e02)
      #expect(socket.family == 2)
      #expect(socket.state == .established)
      #expect(socket.localPort == 45322)
      #expect(socket.remotePort == 44833)
      #expect(socket.localAddress(zone: "eth0").description == "127.0.0.1")
      #expect(socket.remoteAddress(zone: "eth0").description == "127.0.0.1")
      #expect(!socket.isLinkLocal)
      #expect(socket.interface == 0)
      #expect(socket.receiveQueue == 0)
      #expect(socket.sendQueue == 0)
      #expect(socket.user == 0)
      #expect(socket.inode == 0x3d6_2c0e)
      #expect(socket.drops == 0)
      #expect(socket.congestionControl == "bbr")
      #expect(socket.proto == nil)
      #expect(socket.subflowToken == nil)
      #expect(socket.info.count == 280)
      var expected = Counters(
        packetsSent: 7,
        packetsReceived: 5,
        retransmits: 0,
        rtt: 5421,
        rttVariance: 10763,
        minRTT: 20,
        congestionWindow: 14,
        unread: 0,
        unacknowledged: 0,
        unsent: 0,
        drops: 0
      )
      expected.path.deliveryRate = 3_255_794_871
      expected.path.pacingRate = 18_346_845_574
      expected.path.busyTime = 44_000
      expected.path.receiveWindowLimited = 0
      expected.path.sendBufferLimited = 0
      expected.path.receiveSpace = 65495
      expected.path.lost = 0
      expected.path.reordering = 3
      expected.path.deliveredCE = 0
      expected.path.mss = 63488
      expected.path.congestionControl = "bbr"
      let info = TCPInfoFigures(socket.info)
      #expect(info.counters(of: socket) == expected)
      #expect(info.payloadSent == 100_321)
      #expect(info.bytesACKed == 100_322)
      #expect(info.bytesReceived == 500)
      #expect(info.idleTime == 4)
      #expect(info.isQuiet && !info.isCleared)
      #expect(info.direction == .outgoing)
    }
  }

  /// The fixed part has another number in each of its bytes.
  @Test func `every field of inet_diag_msg`() throws {
    var message = Array(SockDiagSample.header.prefix(16)) + (0..<72).map { UInt8($0) }
    message.replaceSubrange(0..<4, with: [88, 0, 0, 0])
    try DiagSocket.read(message) { socket in
      #expect(socket.family == 0)
      #expect(socket.state == .established)
      #expect(socket.localPort == 0x0405)
      #expect(socket.remotePort == 0x0607)
      #expect(socket.localAddress(zone: nil).description == "8.9.10.11")
      #expect(socket.remoteAddress(zone: nil).description == "24.25.26.27")
      #expect(socket.interface == 0x2b2a_2928)
      #expect(socket.cookie == 0x3332_3130_2f2e_2d2c)
      #expect(socket.receiveQueue == 0x3b3a_3938)
      #expect(socket.sendQueue == 0x3f3e_3d3c)
      #expect(socket.user == 0x4342_4140)
      #expect(socket.inode == 0x4746_4544)
      #expect(socket.drops == nil)
      #expect(socket.congestionControl == nil)
      #expect(socket.info.isEmpty)
    }
  }

  /// What is read at each offset of `struct tcp_info`, where it may be absent.
  private static func figure(_ field: DiagSocket.Field, _ socket: DumpedSocket) -> UInt64? {
    let info = TCPInfoFigures(socket.info)
    let counters = info.counters(of: socket)
    let path = counters.path
    return switch field {
    case .sendMSS: path.mss.map(UInt64.init)
    case .lost: path.lost.map(UInt64.init)
    case .rtt: counters.rtt.map(UInt64.init)
    case .rttVariance: counters.rttVariance.map(UInt64.init)
    case .slowStartThreshold: path.slowStartThreshold.map(UInt64.init)
    case .congestionWindow: counters.congestionWindow.map(UInt64.init)
    case .reordering: path.reordering.map(UInt64.init)
    case .receiverRTT: path.receiverRTT.map(UInt64.init)
    case .receiveSpace: path.receiveSpace.map(UInt64.init)
    case .totalRetransmits: counters.retransmits.map(UInt64.init)
    case .pacingRate: path.pacingRate
    case .notSent: counters.unsent.map(UInt64.init)
    case .minRTT: counters.minRTT.map(UInt64.init)
    case .deliveryRate: path.deliveryRate
    case .busyTime: path.busyTime
    case .receiveWindowLimited: path.receiveWindowLimited
    case .sendBufferLimited: path.sendBufferLimited
    case .deliveredCE: path.deliveredCE.map(UInt64.init)
    case .bytesACKed: info.bytesACKed
    case .bytesReceived: info.bytesReceived
    case .segmentsOut: counters.packetsSent
    case .segmentsIn: counters.packetsReceived
    case .lastACKReceived: info.idleTime.map(UInt64.init)
    case .bytesSent: info.payloadSent
    // These are not figures of their own.
    case .unacknowledged, .lastDataSent, .lastDataReceived, .bytesRetransmitted: nil
    }
  }

  /// Another number in each field, so that none is read in place of another.
  @Test func `every field of tcp_info`() throws {
    var socket = DiagSocket()
    for (index, field) in DiagSocket.Field.allCases.enumerated() {
      socket[field] = 1000 + UInt64(index)
    }
    // The least of the three times, and a difference.
    socket[.lastACKReceived] = 900
    socket[.bytesRetransmitted] = 0
    for field in DiagSocket.Field.allCases {
      let read = try socket.read { Self.figure(field, $0) }
      switch field {
      case .unacknowledged, .lastDataSent, .lastDataReceived, .bytesRetransmitted: continue
      default: #expect(read == socket[field], "\(field)")
      }
    }
    #expect(try socket.read { TCPInfoFigures($0.info).isQuiet } == false)
    socket[.bytesRetransmitted] = 20
    #expect(try socket.read { TCPInfoFigures($0.info).payloadSent } == socket[.bytesSent] - 20)
    socket[.lastDataSent] = 800
    #expect(try socket.read { TCPInfoFigures($0.info).idleTime } == 800)
    socket[.lastDataReceived] = 700
    #expect(try socket.read { TCPInfoFigures($0.info).idleTime } == 700)
  }

  /// Numbers by which the kernel says that there is none yet.
  @Test func `figures that are none`() throws {
    let socket = DiagSocket().with([
      .rttVariance: 250_000, .slowStartThreshold: 0x7fff_ffff, .pacingRate: .max,
      .minRTT: UInt64(UInt32.max),
    ])
    let counters = try socket.read { TCPInfoFigures($0.info).counters(of: $0) }
    #expect(counters.rtt == nil)
    #expect(counters.rttVariance == nil)
    #expect(counters.minRTT == nil)
    #expect(counters.path.slowStartThreshold == nil)
    #expect(counters.path.pacingRate == nil)
    #expect(counters.path.deliveryRate == nil)
    #expect(counters.path.receiverRTT == nil)
  }

  // MARK: Lengths

  /// Wherever the kernel's bytes end, what is there is read, and nothing beyond it.
  @Test func `a message that is cut off`() throws {
    let answer = SockDiagSample.answer
    let memoryEnd = 88 + SockDiagSample.smallAttributes.count
    let infoEnd = answer.count - SockDiagSample.congestion.count
    for length in 0..<answer.count {
      var shortened = Array(answer.prefix(length))
      #expect(shortened.withUnsafeBytes { NetlinkMessages($0).map(\.type) } == [])
      guard length >= 16 else { continue }
      shortened.replaceSubrange(0..<4, with: withUnsafeBytes(of: UInt32(length), Array.init))
      guard length >= 88 else {
        #expect(throws: HarnessError.self) { try DiagSocket.read(shortened) { _ in } }
        continue
      }
      try DiagSocket.read(shortened) { socket in
        #expect(socket.cookie == 0x308_3e02)
        #expect((socket.drops == 0) == (length >= memoryEnd), "\(length)")
        #expect(socket.info.isEmpty == (length < infoEnd), "\(length)")
        #expect((socket.congestionControl == "bbr") == (length >= infoEnd + 8), "\(length)")
        let info = TCPInfoFigures(socket.info)
        #expect((info.counters(of: socket).rtt == 5421) == (length >= infoEnd), "\(length)")
        #expect((info.payloadSent == 100_321) == (length >= infoEnd), "\(length)")
        _ = socket.fingerprint(seed: 1, of: TCPInfoFigures.ranges)
        _ = MPTCPInfoFigures(socket.info).counters(of: socket)
      }
    }
  }

  @Test func `what is no answer about a socket`() {
    for type: UInt16 in [0, 2, 3, 17, 19, 21] {
      var socket = DiagSocket()
      socket.type = type
      #expect(throws: HarnessError.self) { try socket.read { _ in } }
    }
    for type: UInt16 in [18, 20] {
      var socket = DiagSocket()
      socket.type = type
      #expect(throws: Never.self) { try socket.read { _ in } }
    }
  }

  /// A figure is there if all of it is.
  @Test func `a tcp_info of any length`() throws {
    for length in 0...280 {
      var socket = DiagSocket()
      socket.info = [UInt8](repeating: 1, count: length)
      try socket.read { read in
        #expect(read.info.count == length)
        for field in DiagSocket.Field.allCases {
          let end =
            switch field {
            // The variance without a round-trip time is a start value; the payload is a difference.
            case .bytesSent: DiagSocket.Field.bytesRetransmitted.range.upperBound
            default: field.range.upperBound
            }
          switch field {
          case .unacknowledged, .lastDataSent, .lastDataReceived, .bytesRetransmitted: continue
          case .bytesACKed, .bytesReceived, .segmentsOut, .segmentsIn:
            #expect((Self.figure(field, read) != 0) == (length >= end), "\(field) \(length)")
          default:
            #expect((Self.figure(field, read) != nil) == (length >= end), "\(field) \(length)")
          }
        }
      }
    }
  }

  /// Up to Linux 4.17 it has 192 bytes, and no `tcpi_bytes_sent`: payload is what was acknowledged and
  /// what is on its way, without SYN and FIN.
  @Test(
    arguments: [
      // acknowledged, Send-Q, not sent, state, direction, payload
      (101, 30, 10, .established, .outgoing, 120), (101, 30, 10, .established, .incoming, 121),
      (101, 30, 10, .established, .unknown, 121), (101, 30, 10, .closeWait, .outgoing, 120),
      (0, 1, 0, .synSent, .outgoing, 0),
      // The FIN is sent, or waits with the data.
      (101, 1, 0, .finWait1, .outgoing, 100), (101, 6, 6, .finWait1, .outgoing, 100),
      (101, 1, 0, .lastAck, .incoming, 101), (101, 1, 0, .closing, .incoming, 101),
      (102, 0, 0, .finWait2, .outgoing, 100), (101, 0, 0, .finWait2, .incoming, 100),
      (102, 0, 0, .closed, .outgoing, 100), (0, 0, 0, .closed, .outgoing, 0),
      // What makes no sense.
      (5, 1, 3, .established, .incoming, 5),
    ] as [(Int, Int, Int, SocketState, Connection.Direction, Int)]
  )
  func `payload before Linux 4.19`(
    acknowledged: Int,
    queue: Int,
    notSent: Int,
    state: SocketState,
    direction: Connection.Direction,
    payload: Int
  ) throws {
    for length in [192, 200] {
      var socket = DiagSocket()
      socket.info = [UInt8](repeating: 0, count: length)
      socket[.bytesACKed] = UInt64(acknowledged)
      socket[.notSent] = UInt64(notSent)
      socket[.sendBufferLimited] = 9
      socket.sendQueue = UInt32(queue)
      try socket.read { read in
        let info = TCPInfoFigures(read.info)
        #expect(info.payloadSent == nil)
        #expect(info.direction == nil)
        #expect(info.payloadSent(read, state, direction) == UInt64(payload))
        #expect(info.counters(of: read).path.sendBufferLimited == 9)
        #expect(info.counters(of: read).path.deliveredCE == (length >= 200 ? 0 : nil))
      }
    }
  }

  @Test(arguments: [216, 224, 232, 248, 280, 400])
  func `payload since Linux 4.19`(length: Int) throws {
    var socket = DiagSocket()
    socket.info =
      [UInt8](repeating: 0, count: min(length, 216))
      + [UInt8](repeating: 0xff, count: max(0, length - 216))
    socket[.bytesSent] = 150
    socket[.bytesRetransmitted] = 50
    socket[.bytesACKed] = 101
    #expect(try socket.read { TCPInfoFigures($0.info).payloadSent } == 100)
    #expect(try socket.read { TCPInfoFigures($0.info).direction } == .outgoing)
    socket[.bytesRetransmitted] = 151
    #expect(try socket.read { TCPInfoFigures($0.info).payloadSent } == 0)
  }

  /// Which end connected, where all that was sent is acknowledged.
  @Test(
    arguments: [
      (100, 100, 0, 0, .incoming), (101, 100, 0, 0, .outgoing), (1, 0, 0, 0, .outgoing),
      (0, 0, 0, 0, .incoming), (101, 100, 1, 0, nil), (101, 100, 0, 1, nil),
      (102, 100, 0, 0, nil), (99, 100, 0, 0, nil),
    ] as [(UInt64, UInt64, UInt64, UInt64, Connection.Direction?)]
  )
  func `the direction that the SYN proves`(
    acknowledged: UInt64,
    sent: UInt64,
    unacknowledged: UInt64,
    notSent: UInt64,
    direction: Connection.Direction?
  ) throws {
    let socket = DiagSocket().with([
      .bytesACKed: acknowledged, .bytesSent: sent, .unacknowledged: unacknowledged,
      .notSent: notSent,
    ])
    #expect(try socket.read { TCPInfoFigures($0.info).direction } == direction)
  }

  @Test func `figures that the kernel has cleared`() throws {
    #expect(try DiagSocket().read { TCPInfoFigures($0.info).isCleared })
    for field in [DiagSocket.Field.segmentsIn, .segmentsOut, .bytesACKed] {
      #expect(try !DiagSocket().with([field: 1]).read { TCPInfoFigures($0.info).isCleared })
    }
  }

  // MARK: Other protocols and families

  @Test func `UDP`() throws {
    var socket = DiagSocket(state: .closed, inode: 12)
    socket.proto = .udp
    socket.info = nil
    socket.drops = 3
    socket.remotePort = 0
    socket.receiveQueue = 768
    try socket.read { read in
      #expect(read.proto == .udp)
      #expect(read.state == .closed)
      #expect(read.remotePort == 0)
      #expect(read.inode == 12)
      #expect(read.drops == 3)
      #expect(read.receiveQueue == 768)
      #expect(read.info.isEmpty)
    }
  }

  /// A notification names the protocol.
  @Test func `protocols of notifications`() throws {
    var socket = DiagSocket()
    socket.proto = .tcp
    #expect(try socket.read(\.proto) == .tcp)
    // IPPROTO_SCTP
    let other = socket.message.dropLast(4) + [132, 0, 0, 0]
    #expect(try DiagSocket.read(Array(other), \.proto) == nil)
  }

  @Test func `MPTCP`() throws {
    var socket = DiagSocket()
    // That of Linux 5.10 ends before bytes are counted.
    socket.info = [UInt8](repeating: 0, count: 40)
    socket.put(0x1234_5678, at: 12, size: 4)
    #expect(try socket.read { MPTCPInfoFigures($0.info).token } == 0x1234_5678)
    #expect(
      try socket.read { MPTCPInfoFigures($0.info).counters(of: $0).uncounted } == [
        .bytes, .packets,
      ]
    )
    socket.info = [UInt8](repeating: 0, count: 80)
    socket.put(500, at: 56, size: 8)
    socket.put(600, at: 64, size: 8)
    let counters = try socket.read { MPTCPInfoFigures($0.info).counters(of: $0) }
    #expect(counters.bytesSent == 500)
    #expect(counters.bytesReceived == 600)
    #expect(counters.uncounted == .packets)
    #expect(counters.unread == nil)
    #expect(counters.retransmits == nil)
    // A listener has a queue.
    socket.state = .listen
    socket.receiveQueue = 2
    socket.sendQueue = 128
    let listener = try socket.read { MPTCPInfoFigures($0.info).counters(of: $0) }
    #expect(listener.unread == 2)
    #expect(listener.unacknowledged == 128)
    socket.info = nil
    #expect(try socket.read { MPTCPInfoFigures($0.info).token } == nil)
  }

  @Test func `a subflow of MPTCP`() throws {
    var socket = DiagSocket()
    socket.upperLayer = SockDiagSample.bytes([
      ("INET_ULP_INFO_NAME", "0a00 0100 6d7074637000 0000"),
      ("INET_ULP_INFO_MPTCP, nested", "1400 0380"),
      ("TOKEN_REM", "0800 0100 01000000"),
      ("TOKEN_LOC", "0800 0200 78563412"),
    ])
    #expect(try socket.read(\.subflowToken) == 0x1234_5678)
    for length in 0..<(socket.upperLayer?.count ?? 0) {
      var shorter = socket
      shorter.upperLayer = Array((socket.upperLayer ?? []).prefix(length))
      #expect(try shorter.read(\.subflowToken) == nil, "\(length)")
    }
  }

  @Test func `addresses of IPv6`() throws {
    var socket = DiagSocket()
    socket.family = AF_INET6
    socket.local = [UInt8](repeating: 0, count: 10) + [0xff, 0xff, 10, 1, 2, 3]
    socket.remote = [0x20, 1, 0x0d, 0xb8] + [UInt8](repeating: 0, count: 11) + [1]
    socket.interface = 5
    try socket.read { read in
      #expect(read.localAddress(zone: "eth0").description == "10.1.2.3")
      #expect(read.localAddress(zone: "eth0") == Address(v4: 0x0a01_0203))
      #expect(read.remoteAddress(zone: "eth0").description == "2001:db8::1")
      #expect(!read.isLinkLocal)
      #expect(read.interface == 5)
    }
    socket.remote = [0xfe, 0x80] + [UInt8](repeating: 0, count: 13) + [1]
    try socket.read { read in
      #expect(read.isLinkLocal)
      #expect(read.remoteAddress(zone: "eth0").description == "fe80::1%eth0")
      #expect(read.remoteAddress(zone: nil).description == "fe80::1")
    }
    swap(&socket.local, &socket.remote)
    #expect(try socket.read(\.isLinkLocal))
    // The same bytes are no such address of IPv4.
    socket.family = AF_INET
    #expect(try !socket.read(\.isLinkLocal))
  }

  // MARK: Fingerprints

  private func fingerprint(_ socket: DiagSocket) throws -> UInt64 {
    try socket.read { $0.fingerprint(seed: 42, of: TCPInfoFigures.ranges) }
  }

  private var busy: DiagSocket {
    var socket = DiagSocket(inode: 5)
    socket.drops = 1
    socket.congestionControl = "cubic"
    for field in DiagSocket.Field.allCases { socket[field] = 77 }
    return socket
  }

  private func fingerprint(_ message: [UInt8]) throws -> UInt64 {
    try DiagSocket.read(message) { $0.fingerprint(seed: 42, of: TCPInfoFigures.ranges) }
  }

  /// Each byte of the fixed part but for the cookie, which is the key, and the timer.
  @Test func `a fingerprint differs where the fixed part does`() throws {
    let message = busy.message
    let before = try fingerprint(message)
    #expect(try fingerprint(message) == before)
    #expect(
      try DiagSocket.read(message) { $0.fingerprint(seed: 43, of: TCPInfoFigures.ranges) }
        != before
    )
    for offset in Array(0..<2) + Array(4..<44) + Array(56..<72) {
      var other = message
      other[16 + offset] ^= 0x40
      #expect(try fingerprint(other) != before, "\(offset)")
    }
    for offset in [2, 3] + Array(52..<56) {
      var other = message
      other[16 + offset] ^= 0x40
      #expect(try fingerprint(other) == before, "\(offset)")
    }
  }

  /// Each byte of each figure.
  @Test(arguments: DiagSocket.Field.allCases)
  func `a fingerprint differs where a figure does`(field: DiagSocket.Field) throws {
    let before = try fingerprint(busy)
    for offset in field.range {
      var other = busy
      other.info?[offset] ^= 1
      if field.isTime {
        #expect(try fingerprint(other) == before, "\(offset)")
      } else if field == .unacknowledged {
        // It changes with a segment that is sent or comes, and these are counted.
      } else {
        #expect(try fingerprint(other) != before, "\(offset)")
      }
    }
  }

  @Test func `a fingerprint differs where drops or the algorithm do`() throws {
    let before = try fingerprint(busy)
    for drops: UInt32? in [nil, 0, 2, 0x8000_0000] {
      #expect(try fingerprint(busy.with([:]) { $0.drops = drops }) != before)
    }
    for algorithm in [nil, "cubid", "bbr", "cubic2"] {
      #expect(try fingerprint(busy.with([:]) { $0.congestionControl = algorithm }) != before)
    }
  }

  @Test func `a fingerprint of MPTCP`() throws {
    var socket = DiagSocket()
    socket.info = [UInt8](repeating: 9, count: 80)
    func fingerprint(_ socket: DiagSocket) throws -> UInt64 {
      try socket.read { $0.fingerprint(seed: 42, of: MPTCPInfoFigures.ranges) }
    }
    let before = try fingerprint(socket)
    for offset in Array(12..<16) + Array(56..<72) {
      var other = socket
      other.info?[offset] ^= 1
      #expect(try fingerprint(other) != before, "\(offset)")
    }
  }

  @Test func `endpoints`() throws {
    let before = try DiagSocket().read { $0.endpoints(seed: 1) }
    let message = DiagSocket().message
    for offset in 0..<72 where offset != 1 {
      var other = message
      other[16 + offset] ^= 0x40
      let isEndpoint = (4..<40).contains(offset)
      #expect(
        try (DiagSocket.read(other) { $0.endpoints(seed: 1) } != before) == isEndpoint,
        "\(offset)"
      )
    }
  }
}
