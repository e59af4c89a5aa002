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
    bytesSent = Self.growth(old.bytesSent, new.bytesSent)
    bytesReceived = Self.growth(old.bytesReceived, new.bytesReceived)
    packetsSent = Self.growth(old.packetsSent, new.packetsSent)
    packetsReceived = Self.growth(old.packetsReceived, new.packetsReceived)
    retransmits = Self.growth(UInt64(old.retransmits ?? 0), UInt64(new.retransmits ?? 0))
    accepted = Self.growth(old.accepted ?? 0, new.accepted ?? 0)
    // What was not known has not grown.
    drops = old.drops.map { Self.growth(UInt64($0), UInt64(new.drops ?? 0)) } ?? 0
  }

  /// All that was counted. What is not known is 0.
  init(totals counters: Counters) {
    bytesSent = counters.bytesSent
    bytesReceived = counters.bytesReceived
    packetsSent = counters.packetsSent
    packetsReceived = counters.packetsReceived
    retransmits = UInt64(counters.retransmits ?? 0)
    accepted = counters.accepted ?? 0
    drops = UInt64(counters.drops ?? 0)
  }

  /// Takes away what was counted before; no less than 0 stays.
  static func -= (lhs: inout Growth, rhs: Growth) {
    lhs.bytesSent -= min(lhs.bytesSent, rhs.bytesSent)
    lhs.bytesReceived -= min(lhs.bytesReceived, rhs.bytesReceived)
    lhs.packetsSent -= min(lhs.packetsSent, rhs.packetsSent)
    lhs.packetsReceived -= min(lhs.packetsReceived, rhs.packetsReceived)
    lhs.retransmits -= min(lhs.retransmits, rhs.retransmits)
    lhs.accepted -= min(lhs.accepted, rhs.accepted)
    lhs.drops -= min(lhs.drops, rhs.drops)
  }

  /// Takes away what was added before.
  static func &-= (lhs: inout Growth, rhs: Growth) {
    lhs.bytesSent &-= rhs.bytesSent
    lhs.bytesReceived &-= rhs.bytesReceived
    lhs.packetsSent &-= rhs.packetsSent
    lhs.packetsReceived &-= rhs.packetsReceived
    lhs.retransmits &-= rhs.retransmits
    lhs.accepted &-= rhs.accepted
    lhs.drops &-= rhs.drops
  }

  package static func += (lhs: inout Growth, rhs: Growth) {
    lhs.bytesSent &+= rhs.bytesSent
    lhs.bytesReceived &+= rhs.bytesReceived
    lhs.packetsSent &+= rhs.packetsSent
    lhs.packetsReceived &+= rhs.packetsReceived
    lhs.retransmits &+= rhs.retransmits
    lhs.accepted &+= rhs.accepted
    lhs.drops &+= rhs.drops
  }

  private static func growth(_ old: UInt64, _ new: UInt64) -> UInt64 {
    new > old ? new - old : 0
  }
}
