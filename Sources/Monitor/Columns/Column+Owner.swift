import Terminal
import Tracer

extension Column {
  /// Who holds the connection: the first three stand left, the others at the right end.
  static let ofOwners = [
    owner(
      .pid,
      "PID",
      .pid,
      "process that holds the connection",
      Width(7),
      alignment: .right,
      sort: { .number(UInt64(clamping: $0.process.id.pid)) },
      text: { "\($0.process.id.pid)" }
    ),
    owner(.user, "USER", .user, "its user", Width(8, ideal: 10)) {
      $0.process.userText
    },
    owner(.process, "PROCESS", .process, "its name", Width(8, ideal: 15)) {
      $0.process.name
    },
    owner(
      .ownerSource,
      "VIA",
      .ownerSource,
      "how the process is known: connect, accept, scan, …",
      Width(8)
    ) { $0.source.name },
    owner(
      .command,
      "COMMAND",
      .command,
      "its command line",
      Width(12, ideal: 16, maximum: 4096)
    ) { $0.process.commandLine },
  ]

  private static func owner(
    _ id: ID,
    _ title: String,
    _ field: Field,
    _ meaning: String,
    _ width: Width,
    alignment: Canvas.Alignment = .left,
    sort: (@Sendable (Owner) -> SortValue)? = nil,
    text: @escaping @Sendable (Owner) -> String?
  ) -> Column {
    Column(
      id,
      title,
      field: field,
      meaning,
      width: width,
      alignment: alignment,
      sort: { row, table in
        table.owners[row.owner].map { sort?($0) ?? .optional(text($0)) } ?? .absent
      },
      group: { Int64($0.owner) },
      cell: { row, context in Cell(context.table.owners[row.owner].flatMap(text)) }
    )
  }
}
