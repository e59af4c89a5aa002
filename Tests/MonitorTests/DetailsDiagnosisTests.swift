import Connections
import Samples
import Testing

@testable import Monitor

/// A case for each cause: what the kernel says a second apart, and what it comes to.
struct DetailsDiagnosisTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let cause: Diagnosis.Cause
    let share: Double?
    /// What the sentence has to name.
    let figures: [String]
    var state = SocketState.established
    var listener: String?
    var dropsHere: [LossCauses.Drop] = []
    let change: @Sendable (inout SocketDetails, inout SocketDetails) -> Void

    var testDescription: String { "\(cause)" }
  }

  static let cases: [Case] = [
    Case(
      cause: .noAnswer,
      share: nil,
      figures: ["4 connection requests", "in 3.2s"],
      state: .synSent
    ) { _, now in
      now.retransmitsInFlight = 3
      now.timer = .retransmit
      now.timerExpires = 3200
    },
    Case(cause: .acceptQueue, share: 1, figures: ["129", "128", "nginx"], state: .listen) {
      _,
      now in
      now.receiveQueue = 129
      now.sendQueue = 128
    },
    Case(
      cause: .notAccepted,
      share: nil,
      figures: ["all that has arrived, 500B", "nginx 4321"],
      listener: "nginx 4321"
    ) { before, now in
      (before.receiveQueue, now.receiveQueue) = (500, 500)
      (before.bytesReceived, now.bytesReceived) = (500, 500)
    },
    Case(cause: .zeroWindow, share: nil, figures: ["snd_wnd 0B", "probes: 2", "1.95K", "45.0s"]) {
      _,
      now in
      now.lastDataSent = 45_000
      now.sendWindow = 0
      now.sendQueue = 2000
      now.timer = .zeroWindowProbe
      now.probes = 2
    },
    Case(
      cause: .localLoss,
      share: 0.1,
      figures: [
        "This host's own queue dropped 1,200 packets (QDISC_DROP: tc -s qdisc show), and its own"
          + " firewall dropped 1 packet (NETFILTER_DROP: nft list ruleset) so far. 10 of 100"
      ],
      dropsHere: [
        LossCauses.Drop(reason: "QDISC_DROP", packets: 1200),
        LossCauses.Drop(reason: "TCP_OLD_DATA", packets: 9),
        LossCauses.Drop(reason: "NETFILTER_DROP", packets: 1),
      ]
    ) { _, now in
      now.totalRetransmits = 10
      now.dataSegmentsOut = 100
    },
    Case(cause: .loss, share: 0.1, figures: ["10.0%", "10 of 100 data segments were", "Recovery"]) {
      _,
      now in
      now.totalRetransmits = 10
      now.dataSegmentsOut = 100
      now.congestionState = .recovery
    },
    Case(cause: .loss, share: nil, figures: ["doubled 3 times", "1.6s"]) { before, now in
      (before.totalRetransmits, now.totalRetransmits) = (5, 5)
      now.backoff = 3
      now.timer = .retransmit
      now.retransmissionTimeout = 1_600_000
    },
    Case(cause: .reader, share: nil, figures: ["97.7K", "nginx read nothing", "0B arr"]) {
      before,
      now in
      before.receiveQueue = 100_000
      now.receiveQueue = 100_000
    },
    // Of a reader at 2 MB/s, both ends on loopback: Recv-Q and rcv_wnd as the kernel had them.
    Case(cause: .slowReader, share: nil, figures: ["93.0K", "nginx read only 1.91M/s"]) {
      before,
      now in
      (before.receiveQueue, now.receiveQueue) = (95_232, 95_232)
      (before.receiveWindow, now.receiveWindow) = (0, 0)
      now.receiverRTT = 443
      now.bytesReceived = 1_999_872
    },
    Case(
      cause: .receiverWindow,
      share: 0.71,
      figures: ["71.0%", "64.0K", "for this share of the last 1.0s"]
    ) { _, now in
      now.busyTime = 900_000
      now.receiveWindowLimited = 710_000
      now.sendWindow = 65_536
    },
    Case(cause: .sendBuffer, share: 0.5, figures: ["50.0%", "85.0K"]) { _, now in
      now.busyTime = 900_000
      now.sendBufferLimited = 500_000
      now.memory.sendBuffer = 87_040
    },
    Case(cause: .congestionWindow, share: 0.9, figures: ["90.0%", "10 of cwnd 10", "141K/s"]) {
      _,
      now in
      now.busyTime = 900_000
      now.congestionWindow = 10
      now.unacknowledged = 12
      now.sacked = 2
      now.sendMSS = 1448
      now.rtt = 100_000
      now.minRTT = 99_000
    },
    Case(cause: .pacing, share: 0.95, figures: ["928K/s", "977K/s", "SO_MAX_PACING_RATE"]) {
      _,
      now in
      now.bytesACKed = 950_000
      now.maxPacingRate = 1_000_000
    },
    Case(cause: .ownWindow, share: 0.9, figures: ["64.0K", "640K/s", "576K/s"]) { _, now in
      now.receiveWindow = 65_536
      now.receiverRTT = 100_000
      now.bytesReceived = 589_824
    },
    Case(cause: .queueing, share: nil, figures: ["120ms", "100ms", "20.0ms"]) { _, now in
      now.rtt = 120_000
      now.minRTT = 20_000
    },
    Case(cause: .outOfOrder, share: 0.05, figures: ["5 of 100"]) { _, now in
      now.outOfOrderReceived = 5
      now.dataSegmentsIn = 100
    },
    Case(cause: .drops, share: nil, figures: ["1.0s: 7 "]) { _, now in
      now.memory.drops = 7
    },
    Case(cause: .notClosed, share: nil, figures: ["CLOSE-WAIT", "5.0s"], state: .closeWait) {
      _,
      now in
      now.lastDataReceived = 5000
    },
    Case(cause: .peerNotClosed, share: nil, figures: ["FIN-WAIT-2"], state: .finWait2) { _, _ in },
    Case(cause: .inFlight, share: 0.4, figures: ["40.0%", "3 segments", "10"]) { _, now in
      now.busyTime = 400_000
      now.congestionWindow = 10
      now.unacknowledged = 3
    },
    Case(cause: .idle, share: 1, figures: ["100%", "for all of the last 1.0s"]) { _, _ in },
  ]

  private static func readings(_ state: SocketState) -> (SocketDetails, SocketDetails) {
    var details = SocketDetails(time: Sample.time(0), state: state)
    details.busyTime = 0
    details.receiveWindowLimited = 0
    details.sendBufferLimited = 0
    details.outOfOrderReceived = 0
    var later = details
    later.time = Sample.time(1)
    return (details, later)
  }

  /// A finding as the details show it: the share in front of the sentence.
  private func shown(_ finding: Diagnosis.Finding) -> String {
    "\(finding.share.map(Quantity.percent) ?? "") \(finding.sentence)"
  }

  @Test(arguments: cases)
  func findsTheCause(_ test: Case) throws {
    var (before, now) = Self.readings(test.state)
    test.change(&before, &now)
    let diagnosis = Diagnosis(
      now,
      before: before,
      process: "nginx",
      listener: test.listener,
      dropsHere: test.dropsHere
    )
    let finding = try #require(diagnosis.findings.first { $0.cause == test.cause })
    #expect(finding.share.map { ($0 * 1000).rounded() } == test.share.map { $0 * 1000 })
    let text = shown(finding)
    for figure in test.figures { #expect(text.contains(figure), "\(text)") }
    if let share = finding.share {
      #expect(text.ranges(of: Quantity.percent(share)).count == 1, "\(text)")
    }
    // It alone is found: no other rule mistakes these figures for its own.
    let limits = diagnosis.findings.filter(\.cause.isLimit).map(\.cause)
    #expect(limits == (test.cause.isLimit ? [test.cause] : []))
    if test.cause.isLimit { #expect(diagnosis.verdict == test.cause.verdict) }
  }

  @Test func hasACaseForEachCause() {
    #expect(Set(Self.cases.map(\.cause)) == Set(Diagnosis.Cause.allCases))
    for cause in Diagnosis.Cause.allCases {
      #expect(!cause.title.isEmpty && !cause.meaning.isEmpty && cause.verdict.hasSuffix("."))
    }
  }

  @Test func saysWhenNothingLimits() {
    let (before, now) = Self.readings(.established)
    let diagnosis = Diagnosis(now, before: before)
    #expect(!diagnosis.isLimited)
    #expect(diagnosis.verdict == "Not limited: the application sends no more than this.")
    #expect(diagnosis.interval?.idle == 1)

    var receiver = now
    receiver.bytesReceived = 100_000
    #expect(Diagnosis(receiver, before: before).verdict.contains("mostly receives"))
    let listener = SocketDetails(time: Sample.time(0), state: .listen)
    #expect(Diagnosis(listener, before: nil).verdict == "No problem found at this listener.")
    let unknown = SocketDetails(time: Sample.time(0), state: .established)
    #expect(Diagnosis(unknown, before: nil).verdict == "No figure shows a limit.")
  }

  @Test func putsTheHeaviestFirst() {
    var (before, now) = Self.readings(.established)
    now.busyTime = 1_000_000
    now.receiveWindowLimited = 300_000
    now.sendBufferLimited = 600_000
    let causes = Diagnosis(now, before: before).findings.map(\.cause)
    #expect(causes == [.sendBuffer, .receiverWindow, .inFlight])
    // A loss that is hardly felt does not outweigh that, one in ten segments does.
    (before.dataSegmentsOut, now.dataSegmentsOut) = (0, 1000)
    now.totalRetransmits = 1
    #expect(Diagnosis(now, before: before).findings[0].cause == .sendBuffer)
    now.totalRetransmits = 100
    #expect(Diagnosis(now, before: before).findings[0].cause == .loss)
  }

  @Test func judgesByTheWholeLifeWithoutAnInterval() {
    var (_, now) = Self.readings(.established)
    now.busyTime = 5_000_000
    now.receiveWindowLimited = 4_000_000
    let known = Diagnosis(now, before: nil, openedAt: Sample.time(-9))
    #expect(known.interval == nil)
    #expect(known.lifetime?.receiverWindow == 0.4)
    #expect(known.lifetime?.idle == 0.5)
    let first = known.findings.first
    #expect(first?.share == 0.4)
    #expect(first?.sentence.contains("for this share of the 10s since it was opened") == true)
    let unknown = Diagnosis(now, before: nil)
    #expect(unknown.lifetime?.receiverWindow == 0.8)
    #expect(unknown.lifetime?.idle == nil)
    #expect(unknown.findings.contains { $0.cause == .idle } == false)
  }

  @Test func trustsNoReadingOfAnotherConnection() {
    var (before, now) = Self.readings(.established)
    before.segmentsOut = 10
    before.receiveQueue = 5
    now.receiveQueue = 5
    // The socket has connected again.
    now.segmentsOut = 3
    #expect(Diagnosis(now, before: before).interval == nil)
    #expect(Diagnosis(now, before: now).interval == nil)
    #expect(Diagnosis(now, before: now).findings.contains { $0.cause == .reader } == false)
  }

  @Test func doesNotBlameAReaderThatKeepsUp() {
    var (before, now) = Self.readings(.established)
    before.receiveQueue = 60_000
    now.receiveQueue = 60_000
    now.bytesReceived = 10_000_000
    #expect(!Diagnosis(now, before: before).findings.contains { $0.cause == .reader })
    now.receiveQueue = 1_200_000
    #expect(Diagnosis(now, before: before).findings.contains { $0.cause == .slowReader })
  }

  /// The sender's side of a reader at 2 MB/s on loopback, and of one that stopped.
  @Test func tellsASlowPeerFromOneThatStopped() {
    var (before, now) = Self.readings(.established)
    (before.bytesACKed, now.bytesACKed) = (6_004_224, 8_004_096)
    (before.sendQueue, now.sendQueue) = (3_667_968, 3_096_576)
    (before.sendWindow, now.sendWindow) = (0, 0)
    (before.busyTime, now.busyTime) = (3_020_000, 4_012_000)
    (before.receiveWindowLimited, now.receiveWindowLimited) = (2_904_000, 3_852_000)
    now.timer = .zeroWindowProbe
    now.lastDataSent = 16
    let slow = Diagnosis(now, before: before)
    #expect(slow.verdict == Diagnosis.Cause.receiverWindow.verdict)
    #expect(slow.findings.first?.sentence.contains("it took 1.91M/s") == true)
    #expect(!slow.findings.contains { $0.cause == .zeroWindow })
    // At the first look, and between two openings of its window.
    #expect(Diagnosis(now, before: nil).verdict == Diagnosis.Cause.receiverWindow.verdict)
    now.bytesACKed = before.bytesACKed
    now.lastDataSent = 1800
    #expect(Diagnosis(now, before: before).verdict == Diagnosis.Cause.receiverWindow.verdict)
    // A kernel that does not count the time.
    (now.busyTime, now.receiveWindowLimited, now.sendBufferLimited) = (nil, nil, nil)
    #expect(Diagnosis(now, before: before).findings.map(\.cause) == [.receiverWindow])
    // A reader at 16 kB/s takes as long to free a sixteenth of 6 MB, which opens its window.
    now.lastDataSent = 25_000
    #expect(Diagnosis(now, before: before).findings.map(\.cause) == [.receiverWindow])
    #expect(Diagnosis(now, before: nil).findings.map(\.cause) == [.receiverWindow])
    now.lastDataSent = 30_000
    #expect(Diagnosis(now, before: before).findings.map(\.cause) == [.zeroWindow])
    #expect(Diagnosis(now, before: nil).verdict == "The peer has stopped reading.")
  }

  /// The kernel starts the window probe timer too when this host's own queue drops what it sends.
  @Test func doesNotTrustTheProbeTimerAlone() {
    var (before, now) = Self.readings(.established)
    now.bytesACKed = 747_000
    (now.sendQueue, now.sendMSS) = (784_000, 1448)
    now.sendWindow = 5_148_000
    now.timer = .zeroWindowProbe
    func causes() -> [Diagnosis.Cause] {
      Diagnosis(now, before: before).findings.filter(\.cause.isLimit).map(\.cause)
    }
    #expect(causes().isEmpty)
    (now.bytesACKed, now.lastDataSent) = (0, 40_000)
    #expect(causes().isEmpty)
    // A window of half a segment is full, unless all that is left to send fits.
    now.sendWindow = 724
    #expect(causes() == [.zeroWindow])
    now.sendQueue = 700
    #expect(causes().isEmpty)
    // Before Linux 5.4 the window is not known, only the time for which it was full.
    now.sendWindow = nil
    #expect(causes().isEmpty)
    now.busyTime = 1_000_000
    now.receiveWindowLimited = 1_000_000
    #expect(causes() == [.zeroWindow, .receiverWindow])
    before.receiveWindowLimited = 1_000_000
    #expect(causes().isEmpty)
  }

  @Test func blamesThePathForWhatThisHostDidNotDrop() {
    var (before, now) = Self.readings(.established)
    (before.totalRetransmits, now.totalRetransmits) = (4990, 5000)
    now.dataSegmentsOut = 100
    func finding(_ reason: String, _ packets: UInt64) -> Diagnosis.Finding? {
      let drop = LossCauses.Drop(reason: reason, packets: packets)
      return Diagnosis(now, before: before, dropsHere: [drop]).findings.first
    }
    #expect(finding("QDISC_DROP", 500)?.cause == .localLoss)
    let few = finding("NETFILTER_DROP", 3)
    #expect(few?.cause == .loss)
    #expect(few?.sentence.hasPrefix("This host's own firewall dropped 3 packets (") == true)
    #expect(few?.sentence.contains("are lost on the path") == true)
    // The socket dropped them, or the path the segments that came before.
    #expect(finding("TCP_OLD_DATA", 5000)?.sentence.hasPrefix("10 of 100") == true)
  }

  /// A process that was seen with the connection, or that read some of it, has accepted it.
  @Test func saysThatItIsNotAcceptedOnlyWhereThatIsProven() {
    var (before, now) = Self.readings(.established)
    (before.receiveQueue, now.receiveQueue) = (500, 500)
    (before.bytesReceived, now.bytesReceived) = (500, 500)
    var facts = DetailsFacts(
      Sample.connection(
        1,
        direction: .incoming,
        owner: Sample.owner(4321, "nginx", source: .listener)
      ),
      time: Sample.time(1),
      socket: now
    )
    func causes() -> [Diagnosis.Cause] {
      facts.diagnosis?.findings.filter(\.cause.isLimit).map(\.cause) ?? []
    }
    #expect(causes() == [.notAccepted])
    #expect(
      facts.diagnosis?.verdict == "Not accepted yet: it waits in the accept queue."
    )
    #expect(facts.diagnosis?.findings.first?.sentence.contains("of nginx 4321, which") == true)
    facts.previousSocket = before
    #expect(causes() == [.notAccepted])
    facts.connection.owner = Sample.owner(4321, "nginx", source: .accept)
    #expect(causes() == [.reader])
    facts.connection.owner = Sample.owner(4321, "nginx", source: .listener)
    facts.connection.direction = .unknown
    #expect(causes() == [.reader])
    facts.connection.direction = .incoming
    facts.socket?.bytesReceived = 600
    facts.previousSocket?.bytesReceived = 600
    #expect(causes() == [.reader])
    facts.socket?.receiveQueue = 0
    #expect(causes().isEmpty)
  }

  @Test func passesOnWhatThisHostDropped() {
    var (before, now) = Self.readings(.established)
    (before.totalRetransmits, now.totalRetransmits) = (0, 10)
    now.dataSegmentsOut = 100
    var connection = Sample.connection(1)
    connection.counters.lossCauses = LossCauses(
      drops: [LossCauses.Drop(reason: "QDISC_DROP", packets: 12)]
    )
    let facts = DetailsFacts(
      connection,
      time: Sample.time(1),
      socket: now,
      previousSocket: before
    )
    #expect(facts.diagnosis?.verdict == "This host drops packets of this connection.")
  }

  /// A program that takes 4 kB at a time from a full buffer: nothing arrives for a second, and it
  /// reads all the same.
  @Test func tellsAReaderThatIsSlowFromOneThatStopped() {
    var (before, now) = Self.readings(.established)
    (before.receiveQueue, now.receiveQueue) = (92_672, 43_520)
    (before.memory.received, now.memory.received) = (130_368, 130_368)
    (before.memory.receiveBuffer, now.memory.receiveBuffer) = (131_072, 131_072)
    (before.bytesReceived, now.bytesReceived) = (195_072, 195_072)
    let slow = Diagnosis(now, before: before, process: "python3")
    #expect(slow.verdict == "The process at this end reads slowly.")
    #expect(slow.findings.first?.sentence.contains("python3 read only 48.0K/s") == true)
    now.receiveQueue = before.receiveQueue
    let stopped = Diagnosis(now, before: before)
    #expect(stopped.verdict == "The process at this end does not read.")
  }

  @Test func neverSharesMoreThanAllOfTheTime() {
    var random = SeededGenerator(7)
    for _ in 0..<2000 {
      var (before, now) = Self.readings(.established)
      for field in [\SocketDetails.busyTime, \.receiveWindowLimited, \.sendBufferLimited] {
        before[keyPath: field] = .random(in: 0...2_000_000, using: &random)
        now[keyPath: field] = .random(in: 0...4_000_000, using: &random)
      }
      for shares in [
        TimeShares(from: before, to: now), TimeShares(now, openedAt: Sample.time(0)),
        TimeShares(now, openedAt: nil),
      ].compactMap({ $0 }) {
        let parts = [
          shares.receiverWindow, shares.sendBuffer, shares.inFlight, shares.idle ?? 0,
        ]
        #expect(parts.allSatisfy { (0...1).contains($0) }, "\(parts)")
        #expect(parts.reduce(0, +) <= 1.000001, "\(parts)")
      }
    }
  }
}
