import Terminal
import Tracer

extension Column {
  /// How well a listener keeps up.
  static let ofListeners = [
    listener(
      .backlog,
      "QUEUE",
      "accept_queue",
      "connections that wait to be accepted",
      Width(6),
      style: queueStyle
    ) { row, _ in UInt64(row.counters.unread) },
    listener(
      .backlogLimit,
      "LIMIT",
      "accept_queue_limit",
      "how many may wait before others are refused or ignored",
      Width(6)
    ) { row, _ in UInt64(row.counters.unacknowledged) },
  ]

  private static func listener(
    _ id: ID,
    _ title: String,
    _ name: String,
    _ meaning: String,
    _ width: Width,
    style: @escaping @Sendable (Row, CellContext) -> Style = { _, _ in .plain },
    value: @escaping @Sendable (Row, ConnectionTable) -> UInt64?
  ) -> Column {
    Column(
      id,
      title,
      name: name,
      meaning,
      width: width,
      alignment: .right,
      isDescendingFirst: true,
      sort: { row, table in row.isListener ? .optional(value(row, table)) : .absent },
      style: style,
      cell: { row, context in
        Cell(row.isListener ? value(row, context.table).map(Quantity.count) : nil)
      }
    )
  }

  /// Stands out from half of the limit on, and more where the queue is full.
  private static func queueStyle(_ row: Row, _ context: CellContext) -> Style {
    let (used, limit) = (row.counters.unread, row.counters.unacknowledged)
    if used == 0 { return .faint }
    // The kernel lets one more wait than the limit says.
    if used > limit { return .high }
    return used >= limit / 2 ? .medium : .plain
  }
}
