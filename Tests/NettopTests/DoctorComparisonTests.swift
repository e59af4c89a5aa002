import Connections
import Testing

@testable import Tracer
@testable import nettop

/// The comparisons of the doctor find what is wrong.
struct DoctorComparisonTests {
  private func details(_ body: (inout SocketDetails) -> Void = { _ in }) -> SocketDetails {
    var details = SocketDetails(time: Timestamp(nanoseconds: 0), state: .established)
    details.bytesSent = 110
    details.bytesRetransmitted = 10
    // With the SYN.
    details.bytesACKed = 91
    details.bytesReceived = 50
    details.segmentsOut = 4
    details.segmentsIn = 3
    details.totalRetransmits = 1
    details.rtt = 200
    details.rttVariance = 20
    details.minRTT = 150
    details.congestionWindow = 10
    details.receiveQueue = 5
    details.sendQueue = 16
    details.notSent = 6
    details.deliveryRate = 1000
    details.pacingRate = 2000
    details.receiverRTT = 70
    details.receiveSpace = 14_600
    details.slowStartThreshold = 7
    details.lost = 1
    details.reordering = 3
    details.deliveredCE = 2
    details.sendMSS = 1448
    details.busyTime = 9000
    details.receiveWindowLimited = 4000
    details.sendBufferLimited = 1000
    body(&details)
    return details
  }

  private static let path: PathFigures = {
    var path = PathFigures()
    path.deliveryRate = 1000
    path.pacingRate = 2000
    path.receiverRTT = 70
    path.receiveSpace = 14_600
    path.slowStartThreshold = 7
    path.lost = 1
    path.reordering = 3
    path.deliveredCE = 2
    path.mss = 1448
    path.busyTime = 9000
    path.receiveWindowLimited = 4000
    path.sendBufferLimited = 1000
    return path
  }()

  private let right = Counters(
    bytesSent: 100,
    bytesReceived: 50,
    packetsSent: 4,
    packetsReceived: 3,
    retransmits: 1,
    rtt: 200,
    rttVariance: 20,
    minRTT: 150,
    congestionWindow: 10,
    unread: 5,
    unacknowledged: 16,
    unsent: 6,
    path: path
  )

  private func differences(
    _ counters: Counters,
    _ before: SocketDetails,
    _ after: SocketDetails? = nil,
    _ direction: Connection.Direction = .outgoing
  ) -> [String] {
    var comparison = FigureComparison()
    comparison.compare("client", counters, direction, before: before, after: after ?? before)
    return comparison.differences.map(\.figure)
  }

  @Test func rightFiguresAreRight() {
    var comparison = FigureComparison()
    comparison.compare("client", right, .outgoing, before: details(), after: details())
    #expect(comparison.differences == [])
    #expect(comparison.figures == ComparedFigure.ofConnections.count)
    #expect(comparison.moved == 0)
  }

  @Test func eachWrongFigureIsFound() {
    let changes: [(String, (inout Counters) -> Void)] = [
      ("bytes_sent", { $0.bytesSent += 1 }),
      ("bytes_received", { $0.bytesReceived -= 1 }),
      ("packets_sent", { $0.packetsSent = 0 }),
      ("packets_received", { $0.packetsReceived += 1 }),
      ("retransmits", { $0.retransmits = nil }),
      ("rtt_us", { $0.rtt = 201 }),
      ("rttvar_us", { $0.rttVariance = nil }),
      ("min_rtt_us", { $0.minRTT = 0 }),
      ("cwnd", { $0.congestionWindow = 11 }),
      ("unread_bytes", { $0.unread = 0 }),
      ("unacked_bytes", { $0.unacknowledged = 7 }),
      ("unsent_bytes", { $0.unsent = 7 }),
      ("delivery_rate", { $0.path.deliveryRate = nil }),
      ("pacing_rate", { $0.path.pacingRate = 2001 }),
      ("rcv_rtt_us", { $0.path.receiverRTT = 71 }),
      ("rcv_space", { $0.path.receiveSpace = 0 }),
      ("ssthresh", { $0.path.slowStartThreshold = nil }),
      ("lost", { $0.path.lost = 0 }),
      ("reordering", { $0.path.reordering = 4 }),
      ("delivered_ce", { $0.path.deliveredCE = 1 }),
      ("mss", { $0.path.mss = 536 }),
      ("busy_time_us", { $0.path.busyTime = 9001 }),
      ("rwnd_limited_us", { $0.path.receiveWindowLimited = 4001 }),
      ("sndbuf_limited_us", { $0.path.sendBufferLimited = nil }),
    ]
    #expect(changes.map(\.0) == ComparedFigure.ofConnections.map(\.name))
    for (name, change) in changes {
      var wrong = right
      change(&wrong)
      #expect(differences(wrong, details()) == [name])
    }
  }

  @Test func whatMovedHasToLieBetween() {
    let after = details { details in
      details.bytesSent = 210
      details.bytesACKed = 191
      details.rtt = 300
      details.receiveQueue = 0
    }
    for bytes in [100, 150, 200] as [UInt64] {
      var counters = right
      counters.bytesSent = bytes
      // The socket is not quiet, so nothing is known of what can fall.
      counters.rtt = 1
      counters.unread = 77
      #expect(differences(counters, details(), after) == [])
    }
    for bytes in [99, 201] as [UInt64] {
      var counters = right
      counters.bytesSent = bytes
      #expect(differences(counters, details(), after) == ["bytes_sent"])
    }
  }

  @Test func theFINIsNoByte() {
    let received = details {
      $0.state = .closeWait
      $0.bytesReceived = 51
    }
    #expect(differences(right, received) == [])
    let sent = details {
      $0.state = .finWait1
      $0.sendQueue = 11
      $0.notSent = 0
    }
    var counters = right
    (counters.unacknowledged, counters.unsent) = (11, 0)
    #expect(differences(counters, sent) == [])
  }

  @Test func theSYNIsNoByteWhereThisEndConnected() {
    #expect(differences(right, details { $0.bytesACKed = 90 }, nil, .incoming) == [])
    #expect(differences(right, details { $0.bytesACKed = 92 }) == ["bytes_sent"])
    #expect(differences(right, details(), nil, .unknown) == [])
  }

  @Test func whatCouldNotBeSentIsNotCountedThoughTheKernelDoes() {
    for (direction, acknowledged) in [(Connection.Direction.outgoing, 91), (.incoming, 90)] {
      let tried = details {
        $0.bytesSent = 60_110
        $0.bytesACKed = UInt64(acknowledged)
      }
      #expect(differences(right, tried, nil, direction) == [])
      var counters = right
      counters.bytesSent = 60_100
      #expect(differences(counters, tried, nil, direction) == ["bytes_sent"])
    }
  }

  @Test func restoredWithoutASYNOrOneByteSentTwice() {
    for acknowledged in [90, 91] {
      let ambiguous = details {
        $0.bytesACKed = UInt64(acknowledged)
        $0.bytesSent = UInt64(acknowledged) + 20
      }
      #expect(differences(right, ambiguous) == [])
    }
  }

  /// Compares an accept queue that was empty before and after, between batches that told so many
  /// accepted connections: how many figures are wrong, and how many moved.
  private func differences(queue: UInt32, accepted: (UInt64?, UInt64?)) -> [Int] {
    var answer = SocketDetails(time: Timestamp(nanoseconds: 0), state: .listen)
    answer.receiveQueue = 0
    answer.sendQueue = 16
    let counters = Counters(unread: queue, unacknowledged: 16)
    var comparison = FigureComparison()
    var listeners = ListenerComparison()
    listeners.add(9, "x", counters, accepted: accepted.0, before: answer, after: answer)
    #expect(comparison.figures == 0 && !listeners.isEmpty)
    listeners.settle(accepted.1.map { [9: $0] } ?? [:], into: &comparison)
    #expect(listeners.isEmpty)
    return [comparison.differences.count, comparison.moved]
  }

  @Test func anAcceptQueueThatRoseAndFellIsNotWrong() {
    #expect(differences(queue: 3, accepted: (5, 8)) == [0, 2])
    // It is not known, or the listener has ended.
    #expect(differences(queue: 3, accepted: (nil, 8)) == [0, 2])
    #expect(differences(queue: 3, accepted: (5, nil)) == [0, 2])
    // Nothing entered it, so it cannot have been other than the kernel says.
    #expect(differences(queue: 0, accepted: (5, 5)) == [0, 0])
    #expect(differences(queue: 3, accepted: (5, 5)) == [1, 0])
  }

  @Test func whatCannotBeAskedIsNamed() {
    let (status, message, cure) = HostCheck.socketDiagnosis([.tcp])
    #expect(status == .warning)
    #expect(message.contains("TCP"))
    #expect(cure?.contains("modprobe tcp_diag") == true)
    let both = HostCheck.socketDiagnosis([.tcp, .udp])
    #expect(both.1.contains("TCP and UDP"))
    #expect(both.2?.contains("modprobe tcp_diag udp_diag") == true)
    #expect(HostCheck.socketDiagnosis([]).0 == .ok)
  }

  @Test func aNoteIsInTheVerdict() {
    let report = DoctorReport(.json).noting(Finding("a", .warning, "b"))
    #expect(report.verdict.status == .warning)
    #expect(!report.verdict.message.contains("all is well"))
    #expect(DoctorReport(.json).verdict.message == "all is well")
  }

  @Test func saysWhatIsWrong() {
    var comparison = FigureComparison()
    comparison.check("server", "pid", ours: nil, is: UInt64(7))
    comparison.check("server", "close_reason", ours: "fin", is: "reset")
    comparison.check("server", "bytes_sent", ours: UInt64(3), is: UInt64(3))
    #expect(comparison.figures == 3)
    #expect(
      comparison.differences.map(\.description) == [
        "server: pid is unknown, but should be 7",
        "server: close_reason is fin, but should be reset",
      ]
    )
  }

  @Test func aFailureIsInTheVerdictAndTheStatus() throws {
    var report = DoctorReport(.json)
    #expect(report.failures.isEmpty)
    // Standard output of the tests is theirs.
    report = report.noting(Finding("a", .failure, "b"))
    #expect(report.status == 1)
    report.isNotPermitted = true
    #expect(report.status == 77)
    #expect(DoctorReport(.json).noting(Finding("a", .warning, "b")).status == 0)
  }
}

/// What the kernel counts, and what that says of nettop.
struct CoverageTests {
  private let dev = """
    Inter-|   Receive                                                |  Transmit
     face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop
        lo:  100       2    0    0    0     0          0         0      300       4    0    0    0
      eth0: 5000      60    0    0    0     0          0         0     7000      80    0    0    0

    """
  private let snmp = """
    Ip: Forwarding DefaultTTL
    Ip: 1 64
    Tcp: RtoAlgorithm ActiveOpens PassiveOpens AttemptFails
    Tcp: 1 11 22 3
    Udp: InDatagrams NoPorts InErrors OutDatagrams
    Udp: 33 0 0 44

    """

  @Test func readsWhatTheKernelCounts() {
    let counters = KernelCounters(
      devices: dev,
      protocols: snmp,
      protocols6: "Udp6InDatagrams                 \t100\nUdp6OutDatagrams                \t200\n"
    )
    #expect(counters.activeOpens == 11)
    #expect(counters.passiveOpens == 22)
    #expect(counters.datagramsReceived == 133)
    #expect(counters.datagramsSent == 244)
    #expect(counters.devices.count == 2)
    #expect(counters.total(\.received) == 5100)
    #expect(counters.total(\.packetsSent) == 84)
  }

  private func statuses(_ tally: Followed.Tally, opens: ClosedRange<UInt64>) -> [Finding.Status] {
    func counters(_ opens: UInt64, _ bytes: UInt64) -> KernelCounters {
      var counters = KernelCounters(devices: "", protocols: "", protocols6: "")
      counters.activeOpens = opens
      counters.devices = [
        "lo": .init(received: bytes, packetsReceived: 0, sent: bytes, packetsSent: 0)
      ]
      return counters
    }
    let zero = counters(0, 0)
    return Coverage(
      "host",
      tally,
      start: (zero, zero),
      end: (counters(opens.lowerBound, 4 << 20), counters(opens.upperBound, 4 << 20)),
      followsUDP: false
    ).findings.map(\.status)
  }

  @Test func whatWasNotSeenIsFound() {
    var tally = Followed.Tally()
    tally.connects = 5
    tally.bytesSent = 4 << 20
    #expect(statuses(tally, opens: 5...5) == [.ok, .ok, .ok])
    #expect(statuses(tally, opens: 4...6) == [.ok, .ok, .ok])
    #expect(statuses(tally, opens: 6...7) == [.failure, .ok, .ok])
    #expect(statuses(tally, opens: 3...4) == [.warning, .ok, .ok])
    tally.bytesSent = 6 << 20
    #expect(statuses(tally, opens: 5...5) == [.ok, .ok, .failure])
  }
}

/// What is read of the host.
struct HostFactsTests {
  @Test func readsCapabilities() throws {
    func missing(_ set: String) -> [String]? {
      Capability.missing(Array("Name:\tx\nCapEff:\t\(set)\nCapBnd:\t0\n".utf8))?.map(\.name)
    }
    #expect(missing("000001ffffffffff") == [])
    #expect(missing("0000000000000000") == Capability.all.map(\.name))
    // CAP_SYS_ADMIN has the powers of two others.
    #expect(
      missing("0000000000200000") == [
        "CAP_NET_ADMIN", "CAP_SYS_PTRACE", "CAP_DAC_READ_SEARCH", "CAP_KILL",
      ]
    )
    #expect(missing("nonsense") == nil)
  }

  @Test func readsLockdownAndMounts() {
    #expect(HostFacts.lockdown(Array("none [integrity] confidentiality\n".utf8)) == .integrity)
    #expect(
      HostFacts.lockdown(Array("[none] integrity confidentiality\n".utf8))
        == HostFacts.Lockdown.none
    )
    let mounts = """
      21 1 0:20 / /proc rw,nosuid shared:5 - proc proc rw,hidepid=invisible
      30 1 0:26 /kube /sys/fs/cgroup/part rw - cgroup2 none rw
      31 1 0:26 / /sys/fs/cgroup/unified rw,relatime shared:9 - cgroup2 cgroup2 rw

      """
    #expect(HostFacts.hidesProcesses(Mount.all(mounts)))
    #expect(!HostFacts.hidesProcesses(Mount.all("21 1 0:20 / /proc rw - proc proc rw\n")))
    #expect(CgroupMount.first(of: Mount.all(mounts))?.path == "/sys/fs/cgroup/unified")
    #expect(CgroupMount.first(of: Mount.all("1 0 8:1 / / rw - ext4 /dev/vda rw\n")) == nil)
  }
}
