import Terminal
import Tracer

extension Column {
  /// What is under way, and in how many segments it went.
  static let ofQueues = [
    count(.packetsReceived, "PKT-RX", .packetsReceived, "segments received", 7, appearsAt: 215) {
      $0.packetsReceived
    },
    count(.packetsSent, "PKT-TX", .packetsSent, "segments sent", 7, appearsAt: 215) {
      $0.packetsSent
    },
    count(
      .congestionWindow,
      "CWND",
      .congestionWindow,
      "congestion window in segments",
      5,
      appearsAt: 225
    ) { UInt64($0.congestionWindow) },
    bytes(.unread, "RECV-Q", .unread, "bytes received, not read yet", appearsAt: 235) {
      UInt64($0.unread)
    },
    bytes(
      .unacknowledged,
      "SEND-Q",
      .unacknowledged,
      "bytes written, not acknowledged yet",
      appearsAt: 235
    ) {
      UInt64($0.unacknowledged)
    },
    bytes(.unsent, "UNSENT", .unsent, "bytes written, not sent yet", appearsAt: 262) {
      UInt64($0.unsent)
    },
  ]

  private static func bytes(
    _ id: ID,
    _ title: String,
    _ field: Field,
    _ meaning: String,
    appearsAt: Int,
    value: @escaping @Sendable (Counters) -> UInt64
  ) -> Column {
    number(id, title, field, meaning, 7, appearsAt, value, Quantity.bytes)
  }

  private static func count(
    _ id: ID,
    _ title: String,
    _ field: Field,
    _ meaning: String,
    _ width: Int,
    appearsAt: Int,
    value: @escaping @Sendable (Counters) -> UInt64
  ) -> Column {
    number(id, title, field, meaning, width, appearsAt, value, Quantity.count)
  }

  private static func number(
    _ id: ID,
    _ title: String,
    _ field: Field,
    _ meaning: String,
    _ width: Int,
    _ appearsAt: Int,
    _ value: @escaping @Sendable (Counters) -> UInt64,
    _ text: @escaping @Sendable (UInt64) -> String
  ) -> Column {
    Column(
      id,
      title,
      field: field,
      meaning,
      width: Width(width),
      appearsAt: appearsAt,
      alignment: .right,
      isDescendingFirst: true,
      sort: { row, _ in .number(value(row.counters)) },
      style: { row, _ in value(row.counters) > 0 ? .plain : .faint },
      cell: { row, _ in .text(text(value(row.counters))) }
    )
  }
}
