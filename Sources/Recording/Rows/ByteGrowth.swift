import Connections

/// Payload bytes that a delta adds to what its connection had sent and received before. Sums of them are
/// what the recorded time carried, however many deltas it has.
struct ByteGrowth: Hashable, Sendable {
  var sent: UInt64 = 0
  var received: UInt64 = 0

  static func += (lhs: inout ByteGrowth, rhs: ByteGrowth) {
    lhs.sent = lhs.sent &+ rhs.sent
    lhs.received = lhs.received &+ rhs.received
  }
}

extension ByteGrowth {
  /// All that was counted.
  init(_ counters: Counters) {
    self.init(sent: counters.bytesSent, received: counters.bytesReceived)
  }
}
