import Connections
import StyledText

extension Column {
  /// Data in the queues and in flight, and the number of segments.
  static let ofQueues = [
    count(.packetsReceived, "PKT-RX", .packetsReceived, "segments received", 7) {
      $0.known(\.packetsReceived, .packets)
    } growth: {
      $0.packetsReceived
    },
    count(.packetsSent, "PKT-TX", .packetsSent, "segments sent", 7) {
      $0.known(\.packetsSent, .packets)
    } growth: {
      $0.packetsSent
    },
    count(
      .congestionWindow,
      "CWND",
      .congestionWindow,
      "congestion window in segments",
      5
    ) { $0.congestionWindow.map(UInt64.init) },
    bytes(.unread, "RECV-Q", .unread, "bytes received, not read yet") {
      $0.unread.map(UInt64.init)
    },
    bytes(
      .unacknowledged,
      "SEND-Q",
      .unacknowledged,
      "bytes written, not acknowledged yet"
    ) {
      $0.unacknowledged.map(UInt64.init)
    },
    bytes(.unsent, "UNSENT", .unsent, "bytes written, not sent yet") {
      $0.unsent.map(UInt64.init)
    },
  ]

  private static func bytes(
    _ id: ID,
    _ title: String,
    _ field: Field,
    _ meaning: String,
    value: @escaping @Sendable (Counters) -> UInt64?
  ) -> Column {
    number(id, title, field, meaning, 7, value, nil, Quantity.bytes)
  }

  private static func count(
    _ id: ID,
    _ title: String,
    _ field: Field,
    _ meaning: String,
    _ width: Int,
    value: @escaping @Sendable (Counters) -> UInt64?,
    growth: (@Sendable (Growth) -> UInt64)? = nil
  ) -> Column {
    number(id, title, field, meaning, width, value, growth, Quantity.count)
  }

  private static func number(
    _ id: ID,
    _ title: String,
    _ field: Field,
    _ meaning: String,
    _ width: Int,
    _ value: @escaping @Sendable (Counters) -> UInt64?,
    _ growth: (@Sendable (Growth) -> UInt64)?,
    _ text: @escaping @Sendable (UInt64) -> String
  ) -> Column {
    // Counters can be shown as growth; queues rise and fall, so they are shown as they are.
    let figure: @Sendable (Row, CellContext) -> UInt64? = { row, context in
      guard let growth else { return value(row.counters) }
      return context.figure(of: row, id, value, growth)
    }
    return Column(
      id,
      title,
      field: field,
      meaning,
      width: Width(width),
      alignment: .right,
      isDescendingFirst: true,
      sort: { row, _ in .optional(value(row.pointee.counters)) },
      style: { row, context in figure(row, context) ?? 0 > 0 ? .plain : .faint },
      cell: { row, context in Cell(figure(row, context).map(text)) }
    )
  }
}
