import Connections
import StyledText

extension Column {
  /// Columns of groups beyond the figures of their connections.
  static let connections = Column(
    .connections,
    "CONNS",
    name: "connections",
    "live connections in the group",
    width: Width(6),
    alignment: .right,
    isDescendingFirst: true,
    sort: { row, _ in
      row.pointee.isGroup ? .number(UInt64(max(0, row.pointee.connections))) : .absent
    },
    style: { row, _ in row.connections > 0 ? .plain : .faint },
    cell: { row, _ in .text(row.isGroup ? Quantity.count(UInt64(max(0, row.connections))) : "") }
  )
}
