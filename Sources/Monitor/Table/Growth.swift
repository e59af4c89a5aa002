package import Connections

/// How much the counters of one or many connections grew over an interval.
package struct Growth: Hashable, Sendable {
  package var bytesSent: UInt64 = 0
  package var bytesReceived: UInt64 = 0
  package var packetsSent: UInt64 = 0
  package var packetsReceived: UInt64 = 0
  package var retransmits: UInt64 = 0
  package var accepted: UInt64 = 0
  package var drops: UInt64 = 0

  package init() {}

  /// From one sample to a later one. A counter that went back has not grown.
  package init(from old: Counters, to new: Counters) {
    self.init(totals: new)
    merge(Growth(totals: old)) { now, before in now > before ? now - before : 0 }
    // What was not known has not grown.
    if old.drops == nil { drops = 0 }
  }

  /// All that was counted. What is not known is 0.
  init(totals counters: Counters) {
    self = withUnsafePointer(to: counters) { Growth(totals: $0) }
  }

  /// Likewise, without a copy of the counters.
  init(totals counters: UnsafePointer<Counters>) {
    bytesSent = counters.pointee.bytesSent
    bytesReceived = counters.pointee.bytesReceived
    packetsSent = counters.pointee.packetsSent
    packetsReceived = counters.pointee.packetsReceived
    retransmits = counters.retransmitCount
    accepted = counters.acceptedCount
    drops = counters.dropCount
  }

  /// Takes away what was counted before; no less than 0 stays.
  static func -= (lhs: inout Growth, rhs: Growth) { lhs.merge(rhs) { $0 - min($0, $1) } }

  package static func += (lhs: inout Growth, rhs: Growth) { lhs.merge(rhs, &+) }

  /// Makes each counter what an operation makes of both.
  @inline(__always)
  private mutating func merge(_ other: Growth, _ operation: (UInt64, UInt64) -> UInt64) {
    bytesSent = operation(bytesSent, other.bytesSent)
    bytesReceived = operation(bytesReceived, other.bytesReceived)
    packetsSent = operation(packetsSent, other.packetsSent)
    packetsReceived = operation(packetsReceived, other.packetsReceived)
    retransmits = operation(retransmits, other.retransmits)
    accepted = operation(accepted, other.accepted)
    drops = operation(drops, other.drops)
  }
}

extension Counters {
  /// Adds what connections have carried. `accepted` is of listeners, which no group has.
  mutating func add(_ growth: Growth) {
    bytesSent &+= growth.bytesSent
    bytesReceived &+= growth.bytesReceived
    packetsSent &+= growth.packetsSent
    packetsReceived &+= growth.packetsReceived
    add(retransmits: growth.retransmits, drops: growth.drops)
  }
}
