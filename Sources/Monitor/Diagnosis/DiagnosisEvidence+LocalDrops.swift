import Connections

/// Packets that this host itself lost: its retransmits are not the path's fault.
extension DiagnosisEvidence {
  /// What this host's own queues and firewall dropped of a connection.
  struct LocalDrops: Hashable, Sendable {
    /// `This host's own queue dropped 120 packets (QDISC_DROP: tc -s qdisc show)`.
    let text: String
    /// Whether they explain the retransmits.
    let isMain: Bool
  }

  /// `nil` if neither dropped a packet.
  var localDrops: LocalDrops? {
    let places = [
      (name: "queue", reason: "QDISC_DROP", command: "tc -s qdisc show"),
      (name: "firewall", reason: "NETFILTER_DROP", command: "nft list ruleset"),
    ]
    var packets: UInt64 = 0
    var parts: [String] = []
    for place in places {
      let drop = dropsHere.first { $0.reason == place.reason && $0.packets > 0 }
      guard let drop else { continue }
      packets += drop.packets
      let noun = drop.packets == 1 ? "packet" : "packets"
      parts.append(
        "\(parts.isEmpty ? "This host's" : "its") own \(place.name) dropped"
          + " \(Quantity.grouped(drop.packets)) \(noun) (\(place.reason): \(place.command))"
      )
    }
    guard !parts.isEmpty else { return nil }
    // A packet that is not segmented yet holds dozens of segments, which are sent again one by one.
    let isMain = packets >= UInt64(now.totalRetransmits) / Self.segmentsPerPacket
    return LocalDrops(text: parts.joined(separator: ", and "), isMain: isMain)
  }

  private static let segmentsPerPacket: UInt64 = 10
}
