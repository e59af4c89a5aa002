import Connections
import Glibc
import Testing

@testable import Tracer

/// Answers of Linux 6.18 on a little-endian host, byte by byte.
@Suite struct SockDiagAnswerTests {
  private static func bytes(_ fields: [(name: String, hex: String)]) -> [UInt8] {
    fields.flatMap { field in
      let digits = Array(field.hex.filter { $0 != " " })
      return stride(from: 0, to: digits.count, by: 2).compactMap {
        UInt8(String(digits[$0...($0 + 1)]), radix: 16)
      }
    }
  }

  private static let header = bytes([
    ("nlmsg_len", "f0010000"), ("nlmsg_type", "1400"), ("nlmsg_flags", "0000"),
    ("nlmsg_seq", "01000000"), ("nlmsg_pid", "c7460000"),
  ])

  private static let message = bytes([
    ("idiag_family", "02"), ("idiag_state", "01"), ("idiag_timer", "00"), ("idiag_retrans", "00"),
    ("idiag_sport", "b10a"), ("idiag_dport", "af21"),
    ("idiag_src", "7f000001 00000000 00000000 00000000"),
    ("idiag_dst", "7f000001 00000000 00000000 00000000"),
    ("idiag_if", "00000000"), ("idiag_cookie", "023e0803 00000000"),
    ("idiag_expires", "00000000"), ("idiag_rqueue", "00000000"), ("idiag_wqueue", "00000000"),
    ("idiag_uid", "00000000"), ("idiag_inode", "0e2cd603"),
  ])

  private static let smallAttributes = bytes([
    ("SHUTDOWN", "0500 0800 00 000000"),
    ("TOS", "0500 0500 28 000000"),
    ("MARK", "0800 0f00 2a000000"),
    ("CLASS_ID", "0800 1100 02000000"),
    ("CGROUP_ID", "0c00 1500 0100000000000000"),
    ("SOCKOPT", "0600 1600 5200 0000"),
    ("SKMEMINFO, header", "2800 0700"),
    ("rmem_alloc, rcvbuf", "00000000 00000200"),
    ("wmem_alloc, sndbuf", "00000000 001e3c00"),
    ("fwd_alloc, wmem_queued", "00000000 00000000"),
    ("optmem, backlog, drops", "00000000 00000000 00000000"),
  ])

  private static let info = bytes([
    ("state, ca_state, retransmits, probes", "01 00 00 00"),
    ("backoff, options, wscale, app_limited", "00 07 aa 00"),
    ("rto, ato", "802c0300 409c0000"),
    ("snd_mss, rcv_mss", "00f80000 18020000"),
    ("unacked, sacked, lost, retrans, fackets", "00000000 00000000 00000000 00000000 00000000"),
    ("last_data_sent, last_ack_sent", "30000000 00000000"),
    ("last_data_recv, last_ack_recv", "30000000 04000000"),
    ("pmtu, rcv_ssthresh", "ffff0000 d7ff0000"),
    ("rtt, rttvar", "2d150000 0b2a0000"),
    ("snd_ssthresh, snd_cwnd", "ffffff7f 0e000000"),
    ("advmss, reordering", "cbff0000 03000000"),
    ("rcv_rtt, rcv_space", "00000000 d7ff0000"),
    ("total_retrans", "00000000"),
    ("pacing_rate", "86a58e4504000000"),
    ("max_pacing_rate", "ffffffffffffffff"),
    ("bytes_acked, bytes_received", "e287010000000000 f401000000000000"),
    ("segs_out, segs_in", "07000000 05000000"),
    ("notsent_bytes, min_rtt", "00000000 14000000"),
    ("data_segs_in, data_segs_out", "01000000 04000000"),
    ("delivery_rate", "b77c0fc200000000"),
    ("busy_time", "e0ab000000000000"),
    ("rwnd_limited, sndbuf_limited", "0000000000000000 0000000000000000"),
    ("delivered, delivered_ce", "05000000 00000000"),
    ("bytes_sent, bytes_retrans", "e187010000000000 0000000000000000"),
    ("dsack_dups, reord_seen, rcv_ooopack", "00000000 00000000 00000000"),
    ("snd_wnd, rcv_wnd, rehash", "00f00100 00000100 00000000"),
    ("total_rto, _recoveries, _time", "0000 0000 00000000"),
    ("received_ce and what follows", "00000000 00000000 00000000 00000000"),
    ("", "00000000 00000000 00000000 00000000"),
  ])

  private static let congestion = bytes([
    ("CONG", "0800 0400 62627200"),
    ("BBRINFO, header", "1800 1000"),
    ("bw_lo, bw_hi", "f57b0fc2 00000000"),
    ("min_rtt, pacing_gain, cwnd_gain", "14000000 e3020000 e3020000"),
  ])

  private static let infoHeader: [UInt8] = [0x1c, 0x01, 0x02, 0x00]
  private static let answer =
    header + message + smallAttributes + infoHeader + info + congestion

  private func only(_ datagram: [UInt8]) throws -> SockDiagAnswer {
    let messages = NetlinkMessage.all(in: KernelBytes(datagram))
    try #require(messages.count == 1)
    return try #require(SockDiagAnswer(messages[0]))
  }

  @Test func `a connection with bbr`() throws {
    try #require(Self.answer.count == 496)
    let answer = try only(Self.answer)
    #expect(answer.cookie == 0x308_3e02)
    #expect(answer.interface == 0)
    let now = Timestamp(nanoseconds: 7)
    var expected = SocketDetails(time: now, state: .established)
    expected.retransmissionTimeout = 208_000
    expected.delayedACKTimeout = 40_000
    expected.sendMSS = 63488
    expected.receiveMSS = 536
    expected.advertisedMSS = 65483
    expected.pathMTU = 65535
    expected.options = [.timestamps, .sack, .windowScaling]
    expected.sendWindowScale = 10
    expected.receiveWindowScale = 10
    expected.lastDataSent = 48
    expected.lastDataReceived = 48
    expected.lastACKReceived = 4
    expected.receiveThreshold = 65495
    expected.receiveSpace = 65495
    expected.rtt = 5421
    expected.rttVariance = 10763
    expected.minRTT = 20
    expected.congestionWindow = 14
    expected.reordering = 3
    expected.pacingRate = 18_346_845_574
    expected.deliveryRate = 3_255_794_871
    expected.bytesACKed = 100_322
    expected.bytesReceived = 500
    expected.bytesSent = 100_321
    expected.bytesRetransmitted = 0
    expected.segmentsOut = 7
    expected.segmentsIn = 5
    expected.dataSegmentsOut = 4
    expected.dataSegmentsIn = 1
    expected.delivered = 5
    expected.deliveredCE = 0
    expected.dsackDuplicates = 0
    expected.reorderingsSeen = 0
    expected.outOfOrderReceived = 0
    expected.notSent = 0
    expected.sendWindow = 126_976
    expected.receiveWindow = 65536
    expected.timeouts = 0
    expected.timeoutRecoveries = 0
    expected.timeoutTime = 0
    expected.busyTime = 44_000
    expected.receiveWindowLimited = 0
    expected.sendBufferLimited = 0
    expected.memory.receiveBuffer = 131_072
    expected.memory.sendBuffer = 3_939_840
    expected.typeOfService = 0x28
    expected.mark = 0x2a
    expected.congestionControl = "bbr"
    expected.congestionDetails = [
      "bw": 3_255_794_677, "mrtt": 20, "pacing_gain": 739, "cwnd_gain": 739,
    ]
    #expect(answer.details(at: now) == expected)
  }

  /// Linux 5.14 has 232 bytes of it; a later one may have more than we know.
  @Test(arguments: [232, 234, 236, 240, 246, 248, 280, 400])
  func `a tcp_info of another length`(length: Int) throws {
    let padded = Self.info + [UInt8](repeating: 0xff, count: 120)
    let size = UInt16(4 + length).littleEndian
    let attribute = withUnsafeBytes(of: size, Array.init) + [2, 0] + padded.prefix(length)
    let total = UInt32(88 + attribute.count).littleEndian
    let datagram =
      withUnsafeBytes(of: total, Array.init) + Self.header.dropFirst(4) + Self.message + attribute
    let details = try #require(only(datagram).details(at: Timestamp(nanoseconds: 0)))
    #expect(details.sendWindow == 126_976)
    #expect(details.receiveWindow == (length >= 236 ? 65536 : nil))
    #expect(details.timeouts == (length >= 246 ? 0 : nil))
    #expect(details.timeoutTime == (length >= 248 ? 0 : nil))
    #expect(details.bytesSent == 100_321)
    #expect(details.congestionControl == nil)
    #expect(details.congestionDetails == [:])
    #expect(details.typeOfService == nil)
    #expect(details.mark == nil)
  }

  /// Wherever the kernel's bytes end, what is there is read, and nothing beyond it.
  @Test func `an answer that is cut off`() {
    for length in 0..<Self.answer.count {
      #expect(NetlinkMessage.all(in: KernelBytes(Array(Self.answer.prefix(length)))) == [])
      var shortened = Array(Self.answer.prefix(length))
      guard length >= 16 else { continue }
      shortened.replaceSubrange(0..<4, with: withUnsafeBytes(of: UInt32(length), Array.init))
      let messages = NetlinkMessage.all(in: KernelBytes(shortened))
      #expect(messages.count == 1)
      let answer = messages.first.flatMap(SockDiagAnswer.init)
      #expect((answer != nil) == (length >= 88))
      let details = answer?.details(at: Timestamp(nanoseconds: 0))
      // All of INFO has to be there: an attribute that is cut off is none.
      #expect((details != nil) == (length >= Self.answer.count - Self.congestion.count))
    }
  }

  @Test func `a length that would never end`() {
    var answer = Self.answer
    answer.replaceSubrange(0..<4, with: [0, 0, 0, 0])
    #expect(NetlinkMessage.all(in: KernelBytes(answer)) == [])
    answer = Self.answer
    answer.replaceSubrange(88..<90, with: [0, 0])
    let messages = NetlinkMessage.all(in: KernelBytes(answer))
    #expect(messages.first.flatMap(SockDiagAnswer.init)?.details(at: .init(nanoseconds: 0)) == nil)
  }

  /// `TIME-WAIT` and `SYN-RECV` are answered without figures.
  @Test func `what is no full socket`() throws {
    let header = withUnsafeBytes(of: UInt32(88), Array.init) + Self.header.dropFirst(4)
    let answer = try only(header + Self.message)
    #expect(answer.cookie == 0x308_3e02)
    #expect(answer.details(at: Timestamp(nanoseconds: 0)) == nil)
  }

  @Test func `two messages in a datagram`() {
    let messages = NetlinkMessage.all(in: KernelBytes(Self.answer + Self.answer))
    #expect(messages.count == 2)
    #expect(messages.map { SockDiagAnswer($0)?.cookie } == [0x308_3e02, 0x308_3e02])
  }

  /// As `ss` asked the same kernel.
  @Test func `a request`() {
    let v4 = Address(v4: 0x7f00_0001)
    let connection = Connection(
      id: Connection.ID(cookie: 0x308_3e02, generation: 0),
      local: Endpoint(address: v4, port: 45322),
      remote: Endpoint(address: v4, port: 44833),
      netns: 1,
      direction: .outgoing,
      state: .established,
      counters: Counters(),
      owner: nil,
      openedAt: nil
    )
    var request = SockDiagRequest(connection)
    request.extensions = SockDiagRequest.everything
    let expected = Self.bytes([
      ("sdiag_family, sdiag_protocol", "02 06"), ("idiag_ext, pad", "7e 00"),
      ("idiag_states, all but LISTEN and TIME_WAIT", "be0b0000"),
      ("idiag_sport, idiag_dport", "b10a af21"),
      ("idiag_src", "7f000001 00000000 00000000 00000000"),
      ("idiag_dst", "7f000001 00000000 00000000 00000000"),
      ("idiag_if", "00000000"), ("idiag_cookie", "023e0803 00000000"),
    ])
    #expect(request.bytes == expected)
  }
}
