import Connections

extension Counters {
  /// `SOCKET_RCVBUFF`, or several with their packets: `SOCKET_RCVBUFF 12, TCP_OLD_DATA 1`; `nil`
  /// where no reason is known.
  var dropReasonsText: String? {
    guard let drops = lossCauses?.drops, let first = drops.first else { return nil }
    if drops.count == 1 { return first.reason }
    return drops.map { "\($0.reason) \($0.packets)" }.joined(separator: ", ")
  }
}

extension LossCauses {
  /// Takes in those of another connection.
  static func += (lhs: inout LossCauses, rhs: LossCauses) {
    for cause: WritableKeyPath<Retransmits, UInt32> in [\.timeout, \.fast, \.probe, \.syn] {
      let (sum, overflow) = lhs.retransmits[keyPath: cause]
        .addingReportingOverflow(rhs.retransmits[keyPath: cause])
      lhs.retransmits[keyPath: cause] = overflow ? .max : sum
    }
    for drop in rhs.drops {
      if let index = lhs.drops.firstIndex(where: { $0.reason == drop.reason }) {
        lhs.drops[index].packets &+= drop.packets
      } else {
        lhs.drops.append(drop)
      }
    }
    lhs.drops.sort { ($1.packets, $0.reason) < ($0.packets, $1.reason) }
  }
}
