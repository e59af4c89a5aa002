import Connections
import StyledText

extension Column {
  /// Whether a listener keeps up.
  static let ofListeners = [
    listener(
      .backlog,
      "QUEUE",
      .acceptQueue,
      "connections waiting to be accepted",
      Width(6),
      style: queueStyle
    ) { row, _ in row.counters.unread.map(UInt64.init) },
    listener(
      .backlogLimit,
      "MAX",
      .acceptQueueLimit,
      "limit of its queue; further connections are refused or ignored",
      Width(6)
    ) { row, _ in row.counters.unacknowledged.map(UInt64.init) },
    listener(
      .acceptRate,
      "ACC/s",
      .acceptedPerSecond,
      "connections completed per second",
      Width(6),
      style: rateStyle
    ) { row, table in
      table.acceptRate(of: row).map { UInt64($0.rounded(.up)) }
    },
    listener(
      .accepted,
      "ACCEPTED",
      .accepted,
      "handshakes completed since nettop started, even if not yet accepted",
      Width(9)
    ) { row, _ in row.counters.accepted },
  ]

  private static func listener(
    _ id: ID,
    _ title: String,
    _ field: Field,
    _ meaning: String,
    _ width: Width,
    style: @escaping @Sendable (Row, CellContext) -> Style = { _, _ in .plain },
    value: @escaping @Sendable (Row, ConnectionTable) -> UInt64?
  ) -> Column {
    Column(
      id,
      title,
      field: field,
      meaning,
      width: width,
      alignment: .right,
      isDescendingFirst: true,
      sort: { row, table in
        row.pointee.state == .listen ? .optional(value(row.pointee, table)) : .absent
      },
      style: style,
      cell: { row, context in
        Cell(row.state == .listen ? value(row, context.table).map(Quantity.count) : nil)
      }
    )
  }

  private static func rateStyle(_ row: Row, _ context: CellContext) -> Style {
    context.table.acceptRate(of: row) ?? 0 > 0 ? .plain : .faint
  }

  /// Highlighted from half of the limit on, and more strongly when the queue is full.
  private static func queueStyle(_ row: Row, _ context: CellContext) -> Style {
    let (used, limit) = (row.counters.unread ?? 0, row.counters.unacknowledged ?? 0)
    if used == 0 { return .faint }
    // The kernel allows one more than the limit.
    if used > limit { return .high }
    return used >= limit / 2 ? .medium : .plain
  }
}

extension ConnectionTable {
  /// How many connections a listener completed per second in the last interval; `nil` before the
  /// second sample, where they are not counted, and of what is no listener.
  func acceptRate(of row: Row) -> Double? {
    guard row.isListener, row.counters.accepted != nil, let interval else { return nil }
    return row.sample == samples ? Double(row.growth.accepted) / interval : 0
  }
}
