import Connections
import Glibc
import Testing

@testable import Tracer

@Suite struct SockDiagAnswerTests {
  private func only(_ datagram: [UInt8]) throws -> SockDiagAnswer {
    let messages = NetlinkMessage.all(in: KernelBytes(datagram))
    try #require(messages.count == 1)
    return try #require(SockDiagAnswer(messages[0]))
  }

  @Test func `a connection with bbr`() throws {
    try #require(SockDiagSample.answer.count == 496)
    let answer = try only(SockDiagSample.answer)
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
    let padded = SockDiagSample.info + [UInt8](repeating: 0xff, count: 120)
    let size = UInt16(4 + length).littleEndian
    let attribute = withUnsafeBytes(of: size, Array.init) + [2, 0] + padded.prefix(length)
    let total = UInt32(88 + attribute.count).littleEndian
    let datagram =
      withUnsafeBytes(of: total, Array.init) + SockDiagSample.header.dropFirst(4)
      + SockDiagSample.message + attribute
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
    for length in 0..<SockDiagSample.answer.count {
      #expect(
        NetlinkMessage.all(in: KernelBytes(Array(SockDiagSample.answer.prefix(length)))) == []
      )
      var shortened = Array(SockDiagSample.answer.prefix(length))
      guard length >= 16 else { continue }
      shortened.replaceSubrange(0..<4, with: withUnsafeBytes(of: UInt32(length), Array.init))
      let messages = NetlinkMessage.all(in: KernelBytes(shortened))
      #expect(messages.count == 1)
      let answer = messages.first.flatMap(SockDiagAnswer.init)
      #expect((answer != nil) == (length >= 88))
      let details = answer?.details(at: Timestamp(nanoseconds: 0))
      // All of INFO has to be there: an attribute that is cut off is none.
      #expect(
        (details != nil)
          == (length >= SockDiagSample.answer.count - SockDiagSample.congestion.count)
      )
    }
  }

  @Test func `a length that would never end`() {
    var answer = SockDiagSample.answer
    answer.replaceSubrange(0..<4, with: [0, 0, 0, 0])
    #expect(NetlinkMessage.all(in: KernelBytes(answer)) == [])
    answer = SockDiagSample.answer
    answer.replaceSubrange(88..<90, with: [0, 0])
    let messages = NetlinkMessage.all(in: KernelBytes(answer))
    #expect(messages.first.flatMap(SockDiagAnswer.init)?.details(at: .init(nanoseconds: 0)) == nil)
  }

  /// `TIME-WAIT` and `SYN-RECV` are answered without figures.
  @Test func `what is no full socket`() throws {
    let header = withUnsafeBytes(of: UInt32(88), Array.init) + SockDiagSample.header.dropFirst(4)
    let answer = try only(header + SockDiagSample.message)
    #expect(answer.cookie == 0x308_3e02)
    #expect(answer.details(at: Timestamp(nanoseconds: 0)) == nil)
  }

  @Test func `two messages in a datagram`() {
    let messages = NetlinkMessage.all(
      in: KernelBytes(SockDiagSample.answer + SockDiagSample.answer)
    )
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
    let expected = SockDiagSample.bytes([
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
