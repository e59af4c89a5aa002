package import Connections

/// How fast counters grew between two samples.
package struct Rates: Hashable, Sendable {
  /// Payload bytes sent per second.
  package let bytesSent: Double
  /// Payload bytes received per second.
  package let bytesReceived: Double
  /// Which share of the segments sent were retransmissions, 0 to 1; `nil` if none was sent.
  package let retransmitShare: Double?

  /// Sent and received bytes per second together.
  package var bytes: Double { bytesSent + bytesReceived }

  package static let zero = Rates(of: Growth(), over: 1)

  /// The growth of an interval of this many seconds, which must be more than 0.
  package init(of growth: Growth, over seconds: Double) {
    bytesSent = Double(growth.bytesSent) / seconds
    bytesReceived = Double(growth.bytesReceived) / seconds
    retransmitShare =
      growth.packetsSent == 0
      ? nil : min(1, Double(growth.retransmits) / Double(growth.packetsSent))
  }

  /// Two samples and their times; `nil` if no time lies between them.
  package init?(from old: (Counters, Timestamp), to new: (Counters, Timestamp)) {
    let seconds = new.1.seconds(since: old.1)
    guard seconds > 0 else { return nil }
    self.init(of: Growth(from: old.0, to: new.0), over: seconds)
  }
}
