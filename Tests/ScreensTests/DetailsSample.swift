import Connections
import Samples
import Terminal

@testable import Monitor
@testable import Screens

/// Connections with all that is known of them, for tests of their details.
enum DetailsSample {
  /// An upload that the peer's window, a full queue and a few losses hold back.
  static let upload = facts(
    Sample.connection(
      0x3086_c8f,
      netns: 4_026_532_100,
      counters: Sample.counters(12_000, 9_000_000, rtt: 48_200, retransmits: 41),
      owner: Sample.owner(
        1234,
        "curl",
        command: "curl -T backup.tar https://example.org/",
        uid: 1000,
        user: "ann"
      ),
      openedAt: -90
    ),
    socket: socket,
    previous: socketBefore,
    process: process
  )

  static let socketBefore: SocketDetails = {
    var details = SocketDetails(time: Sample.time(299), state: .established)
    details.busyTime = 300_000_000
    details.receiveWindowLimited = 120_000_000
    details.sendBufferLimited = 3_000_000
    details.bytesSent = 100_000_000
    details.bytesACKed = 99_000_000
    details.bytesReceived = 12_000
    details.segmentsOut = 70_000
    details.dataSegmentsOut = 69_000
    details.totalRetransmits = 39
    return details
  }()

  static let socket: SocketDetails = {
    var details = SocketDetails(time: Sample.time(300), state: .established)
    details.timer = .retransmit
    details.timerExpires = 212
    details.congestionState = .recovery
    details.retransmissionTimeout = 252_000
    details.delayedACKTimeout = 40_000
    details.lastDataSent = 4
    details.lastDataReceived = 76_400
    details.lastACKReceived = 12
    details.rtt = 48_200
    details.rttVariance = 5100
    details.minRTT = 11_300
    details.receiverRTT = 50_125
    details.congestionWindow = 42
    details.slowStartThreshold = 38
    details.sendWindow = 65_536
    details.receiveWindow = 64_128
    details.receiveThreshold = 64_076
    details.receiveSpace = 14_600
    details.sendWindowScale = 7
    details.receiveWindowScale = 9
    details.congestionControl = "bbr"
    details.congestionDetails = [
      "bw": 1_262_000, "mrtt": 11_300, "pacing_gain": 739, "cwnd_gain": 739,
    ]
    details.pacingRate = 2_400_000
    details.deliveryRate = 1_261_000
    details.bytesSent = 101_262_000
    details.bytesRetransmitted = 59_368
    details.bytesACKed = 100_261_000
    details.bytesReceived = 12_000
    details.segmentsOut = 70_880
    details.segmentsIn = 35_120
    details.dataSegmentsOut = 69_870
    details.dataSegmentsIn = 11
    details.delivered = 69_820
    details.deliveredCE = 0
    details.retransmitted = 2
    details.totalRetransmits = 41
    details.unacknowledged = 40
    details.sacked = 5
    details.lost = 2
    details.dsackDuplicates = 1
    details.reordering = 3
    details.reorderingsSeen = 0
    details.outOfOrderReceived = 0
    details.timeouts = 1
    details.timeoutRecoveries = 1
    details.timeoutTime = 312
    details.sendQueue = 1_001_000
    details.notSent = 943_080
    details.memory.receiveBuffer = 131_072
    details.memory.sendBuffer = 2_626_560
    details.memory.forwardAllocated = 3072
    details.memory.queued = 1_103_872
    details.sendMSS = 1448
    details.receiveMSS = 536
    details.advertisedMSS = 1448
    details.pathMTU = 1500
    details.options = [.timestamps, .sack, .windowScaling]
    details.typeOfService = 0
    details.busyTime = 301_000_000
    details.receiveWindowLimited = 120_710_000
    details.sendBufferLimited = 3_000_000
    return details
  }()

  static let process: ProcessDetails = {
    var details = ProcessDetails(id: Process.ID(pid: 1234, startTicks: 1234))
    details.executable = "/usr/bin/curl"
    details.arguments = ["curl", "-T", "my backup.tar", "https://example.org/"]
    details.directory = "/home/ann"
    details.cgroup = "/user.slice/user-1000.slice/session-3.scope"
    details.ancestors = [
      ProcessDetails.Ancestor(pid: 1200, name: "bash"),
      ProcessDetails.Ancestor(pid: 1100, name: "sshd"),
      ProcessDetails.Ancestor(pid: 1, name: "systemd"),
    ]
    details.threads = 2
    details.openFiles = 9
    return details
  }()

  /// A listener whose accept queue is full.
  static let listener: DetailsFacts = {
    var details = SocketDetails(time: Sample.time(300), state: .listen)
    details.receiveQueue = 129
    details.sendQueue = 128
    details.congestionControl = "cubic"
    return facts(
      Sample.connection(
        1,
        local: Sample.endpoint("::", 443),
        remote: Sample.endpoint("::", 0),
        direction: .unknown,
        state: .listen,
        owner: Sample.owner(4321, "nginx", source: .listen),
        openedAt: -3600
      ),
      socket: details,
      namespace: Sample.namespaces[0]
    )
  }()

  /// A connection that was refused.
  static let refused = facts(
    Sample.connection(
      7,
      local: Sample.endpoint("2001:db8::1", 40002),
      remote: Sample.endpoint("2001:db8:1234:5678:9abc:def0:1234:5678", 8080),
      state: .closed,
      owner: Sample.owner(900, "postgres-proxy"),
      openedAt: 289.9,
      closed: (290, .refused)
    ),
    namespace: Sample.namespaces[0]
  )

  static func facts(
    _ connection: Connection,
    socket: SocketDetails? = nil,
    previous: SocketDetails? = nil,
    process: ProcessDetails? = nil,
    namespace: NetworkNamespace? = Sample.namespaces[1]
  ) -> DetailsFacts {
    DetailsFacts(
      connection,
      namespace: namespace,
      time: Sample.time(300),
      socket: socket,
      previousSocket: previous,
      process: process,
      series: series
    )
  }

  /// Five minutes, of which the first is not known: waves of traffic, a rising delay, some losses.
  static let series: HistorySeries = {
    let points: [HistoryPoint?] = (0..<300).map { second in
      guard second >= 60 else { return nil }
      let wave = Double((second * 37) % 50) / 50
      let isIdle = (180..<200).contains(second)
      return HistoryPoint(
        received: isIdle ? 0 : 400 + 300 * wave,
        sent: isIdle ? 0 : Double(second) * 3000 + 500_000 * wave,
        rtt: second < 100 ? nil : UInt32(11_000 + (second % 60) * 620),
        retransmits: second % 17 == 0 ? UInt64(second % 5) : 0
      )
    }
    return HistorySeries(points: points, last: 300)
  }()
}

extension DetailsView {
  /// The screen as text.
  func screen(_ width: Int, _ height: Int, top: Int = 0) -> [String] {
    var canvas = Canvas(width: width, height: height)
    _ = draw(into: &canvas, top: top)
    return canvas.lines
  }
}
