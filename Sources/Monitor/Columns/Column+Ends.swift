import Connections
import StyledText

extension Column {
  /// When a connection ended, and how long it lived.
  static let ofEnds = [
    Column(
      .closedAt,
      "ENDED",
      field: .closedAt,
      "how long ago it ended",
      width: Width(7),
      alignment: .right,
      isDescendingFirst: true,
      sort: { row, _ in .optional(row.pointee.end.map { max(0, $0.at.nanoseconds) }) },
      cell: { row, context in
        Cell(row.end.map { DurationText.age(context.table.time.seconds(since: $0.at)) })
      }
    ),
    Column(
      .lifetime,
      "LIFE",
      field: .lifetime,
      "time from opening to end; >16m: exact time unknown, at least this long",
      width: Width(6),
      alignment: .right,
      isDescendingFirst: true,
      sort: { row, _ in .optional(row.pointee.lifetime ?? row.pointee.leastLifetime) },
      cell: { row, context in
        guard row.openedAt == nil, row.end != nil else {
          return Cell(row.lifetime.map(DurationText.microseconds))
        }
        return Cell(row.leastAge(at: context.table.time).map(DurationText.atLeast))
      }
    ),
  ]
}

extension Row {
  /// In microseconds; `nil` while it lives, or where its opening is not known.
  var lifetime: UInt64? {
    guard let openedAt, let end else { return nil }
    return UInt64(max(0, end.at.nanoseconds - openedAt.nanoseconds)) / 1000
  }

  /// For orders, in microseconds, where the opening is not known: more than the bound that is shown
  /// in whole seconds.
  fileprivate var leastLifetime: UInt64? {
    guard let end else { return nil }
    return leastAge(at: end.at).map { UInt64(($0 + 1) * 1e6) }
  }
}
