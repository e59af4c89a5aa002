import Connections
import StyledText

/// Two readings of a socket, and what can be computed from them.
struct DiagnosisEvidence: Sendable {
  let now: SocketDetails
  let before: SocketDetails?
  /// The name of the process, or words for it.
  let process: String
  /// The name and PID of the process with the listener, if no process was seen with the incoming
  /// connection itself.
  let listener: String?
  /// Packets of the connection that this host dropped, by reason, since it is followed.
  let dropsHere: [LossCauses.Drop]
  let presentation: Presentation
  let interval: TimeShares?
  let lifetime: TimeShares?

  init(
    _ now: SocketDetails,
    before: SocketDetails?,
    openedAt: Timestamp?,
    process: String,
    listener: String? = nil,
    dropsHere: [LossCauses.Drop] = [],
    presentation: Presentation
  ) {
    self.now = now
    // Of another connection of the same socket, or read twice.
    let isEarlier = before.map { $0.time < now.time && $0.segmentsOut <= now.segmentsOut } ?? false
    self.before = isEarlier ? before : nil
    self.process = SafeText.sanitized(process)
    self.listener = listener.map { SafeText.sanitized($0) }
    self.dropsHere = dropsHere
    self.presentation = presentation
    let isConnection = now.state != .listen && now.proto != .udp
    interval = isConnection ? self.before.flatMap { TimeShares(from: $0, to: now) } : nil
    lifetime = isConnection ? TimeShares(now, openedAt: openedAt) : nil
  }

  /// The shares to judge by: of the last interval, or else since the opening.
  var shares: TimeShares? { interval ?? lifetime }

  /// The seconds between the readings.
  var seconds: Double? { before.map { now.time.seconds(since: $0.time) } }

  /// How much a counter grew between the readings.
  func growth<Counter: UnsignedInteger>(_ field: KeyPath<SocketDetails, Counter>) -> UInt64? {
    before.map { Self.growth($0[keyPath: field], now[keyPath: field]) }
  }

  /// How much a counter grew between the readings, if both have it.
  func growth<Counter: UnsignedInteger>(_ field: KeyPath<SocketDetails, Counter?>) -> UInt64? {
    guard let old = before?[keyPath: field], let new = now[keyPath: field] else { return nil }
    return Self.growth(old, new)
  }

  private static func growth(_ old: some UnsignedInteger, _ new: some UnsignedInteger) -> UInt64 {
    let (old, new) = (UInt64(old), UInt64(new))
    return new > old ? new - old : 0
  }

  /// Segments in flight, as the kernel counts them: `tcp_packets_in_flight`.
  var inFlight: UInt64 {
    let gone = UInt64(now.sacked) + UInt64(now.lost)
    let sent = UInt64(now.unacknowledged) + UInt64(now.retransmitted)
    return sent > gone ? sent - gone : 0
  }

  /// Whether congestion control allows no more segments in flight.
  var isWindowFull: Bool {
    now.congestionWindow > 0 && inFlight >= UInt64(now.congestionWindow)
  }

  /// Whether most of what moved lately, or ever, came from the peer.
  var isReceiver: Bool {
    let received = growth(\.bytesReceived) ?? now.bytesReceived
    let sent = growth(\.bytesACKed) ?? now.bytesACKed
    return received > 1000 && received / 4 > sent
  }

  /// Whether this reading has congestion control and timers: not every state has them.
  var isConnected: Bool {
    switch now.state {
    case .established, .finWait1, .finWait2, .closeWait, .lastAck, .closing: true
    default: false
    }
  }

  func bytes(_ count: some UnsignedInteger) -> String {
    Quantity.data(UInt64(count), presentation)
  }

  func rate(_ perSecond: Double) -> String { "\(Quantity.dataRate(perSecond, presentation))/s" }

  func time(_ microseconds: some UnsignedInteger) -> String {
    DurationText.microseconds(UInt64(microseconds))
  }
}
