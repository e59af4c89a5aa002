extension Counters {
  /// Adds another connection to a group by the rules of the catalogue (`Metric.groupRule`): all but
  /// the counters that a group keeps when a connection leaves, which are bytes, packets, retransmits
  /// and drops.
  package mutating func combine(_ other: Counters) {
    withUnsafePointer(to: other) { combine($0) }
  }

  /// Likewise, without a copy of the other's.
  package mutating func combine(_ other: UnsafePointer<Counters>) {
    if let time = other.pointee.rtt, rtt.map({ time > $0 }) ?? true {
      rtt = time
      rttVariance = other.pointee.rttVariance
    }
    minRTT = Self.least(minRTT, other.pointee.minRTT)
    congestionWindow = Self.sum(congestionWindow, other.pointee.congestionWindow)
    unread = Self.sum(unread, other.pointee.unread)
    unacknowledged = Self.sum(unacknowledged, other.pointee.unacknowledged)
    unsent = Self.sum(unsent, other.pointee.unsent)

    path.deliveryRate = Self.sum(path.deliveryRate, other.pointee.path.deliveryRate)
    path.pacingRate = Self.sum(path.pacingRate, other.pointee.path.pacingRate)
    path.busyTime = Self.sum(path.busyTime, other.pointee.path.busyTime)
    path.receiveWindowLimited = Self.sum(
      path.receiveWindowLimited,
      other.pointee.path.receiveWindowLimited
    )
    path.sendBufferLimited = Self.sum(path.sendBufferLimited, other.pointee.path.sendBufferLimited)
    path.lost = Self.sum(path.lost, other.pointee.path.lost)
    path.deliveredCE = Self.sum(path.deliveredCE, other.pointee.path.deliveredCE)
    path.receiverRTT = Self.greatest(path.receiverRTT, other.pointee.path.receiverRTT)
    path.reordering = Self.greatest(path.reordering, other.pointee.path.reordering)
  }

  /// `nil` adds nothing. A sum that is too large is the largest number that is known.
  private static func sum<Value: FixedWidthInteger>(_ lhs: Value?, _ rhs: Value?) -> Value? {
    guard let lhs, let rhs else { return lhs ?? rhs }
    let (sum, overflow) = lhs.addingReportingOverflow(rhs)
    return overflow ? .max - 1 : min(sum, .max - 1)
  }

  private static func greatest(_ lhs: UInt32?, _ rhs: UInt32?) -> UInt32? {
    guard let lhs, let rhs else { return lhs ?? rhs }
    return max(lhs, rhs)
  }

  private static func least(_ lhs: UInt32?, _ rhs: UInt32?) -> UInt32? {
    guard let lhs, let rhs else { return lhs ?? rhs }
    return min(lhs, rhs)
  }
}
