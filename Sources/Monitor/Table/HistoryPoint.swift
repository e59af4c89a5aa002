/// What one connection, or several together, did in one sample.
package struct HistoryPoint: Hashable, Sendable {
  /// Payload bytes received per second; `nil` if it is not known over how long they came.
  package var received: Double?
  /// Payload bytes sent per second; `nil` if it is not known over how long they went.
  package var sent: Double?
  /// Smoothed round-trip time in microseconds; `nil` before the first one, and of several.
  package var rtt: UInt32?
  /// Segments retransmitted in the sample.
  package var retransmits: UInt64

  /// Nothing sent, nothing received.
  package static let idle = HistoryPoint(received: 0, sent: 0, rtt: nil, retransmits: 0)

  package init(received: Double?, sent: Double?, rtt: UInt32?, retransmits: UInt64) {
    self.received = received
    self.sent = sent
    self.rtt = rtt
    self.retransmits = retransmits
  }

  /// What counters grew by over this many seconds; 0 where that is unknown.
  package init(_ growth: Growth, over seconds: Double, rtt: UInt32?) {
    let rates = seconds > 0 ? Rates(of: growth, over: seconds) : nil
    self.init(
      received: rates?.bytesReceived,
      sent: rates?.bytesSent,
      rtt: rtt,
      retransmits: growth.retransmits
    )
  }

  /// Adds what another connection did. What is unknown of one adds nothing.
  static func += (lhs: inout HistoryPoint, rhs: HistoryPoint) {
    lhs.received = sum(lhs.received, rhs.received)
    lhs.sent = sum(lhs.sent, rhs.sent)
    lhs.rtt = nil
    lhs.retransmits &+= rhs.retransmits
  }

  private static func sum(_ one: Double?, _ other: Double?) -> Double? {
    guard let one, let other else { return one ?? other }
    return one + other
  }
}

/// Samples in a row, without gaps in their numbers.
package struct HistorySeries: Hashable, Sendable {
  /// The oldest first; `nil` if nothing is known of a sample.
  package var points: [HistoryPoint?]
  /// The number of the last sample.
  package var last: UInt64

  package static let empty = HistorySeries(points: [], last: 0)

  package init(points: [HistoryPoint?], last: UInt64) {
    self.points = points
    self.last = last
  }

  /// Payload bytes per second.
  package var received: [Double?] { points.map { $0?.received } }
  /// Payload bytes per second.
  package var sent: [Double?] { points.map { $0?.sent } }
  /// In microseconds.
  package var rtt: [Double?] { points.map { $0?.rtt.map(Double.init) } }
  /// Segments per sample.
  package var retransmits: [Double?] {
    points.map { point in point.map { Double($0.retransmits) } }
  }
}
