import Connections
import StyledText

extension Column {
  /// Who holds the connection: the first three stand left, the last at the right end.
  static let ofOwners = [
    owner(
      .pid,
      "PID",
      .pid,
      "process that holds the connection",
      Width(7),
      alignment: .right,
      sort: { .optional($0.pid) },
      text: { $0.pid.map { "\($0)" } }
    ),
    owner(.user, "USER", .user, "its user", Width(8, ideal: 10)) {
      $0.process.userText
    },
    owner(
      .process,
      "PROCESS",
      .process,
      "process name; ? = only known to own the listener, † (~) = no longer holds the socket",
      Width(8, ideal: 15),
      text: { $0.process.name },
      marked: { $0.nameText(isASCII: $1) }
    ),
    owner(
      .ownerSource,
      "VIA",
      .ownerSource,
      "how the process is known: connect, accept, scan, …",
      Width(8)
    ) { $0.source.name },
    owner(.gid, "GID", .gid, "the number of its group", Width(7), alignment: .right) {
      $0.process.gid.map { "\($0)" }
    },
    owner(
      .container,
      "CONTAINER",
      .container,
      "container, machine or service that the process runs in",
      Width(10, ideal: 16, maximum: 32)
    ) { $0.process.container?.label },
    owner(
      .executable,
      "EXECUTABLE",
      .executable,
      "path of its program",
      Width(11, ideal: 20, maximum: 48)
    ) { $0.process.executable },
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
    alignment: TextAlignment = .left,
    sort: (@Sendable (Owner) -> SortValue)? = nil,
    text: @escaping @Sendable (Owner) -> String?,
    marked: (@Sendable (Owner, Bool) -> String)? = nil
  ) -> Column {
    Column(
      id,
      title,
      field: field,
      meaning,
      width: width,
      alignment: alignment,
      sort: { row, table in
        table.owners[row.pointee.owner].map { sort?($0) ?? .optional(text($0)) } ?? .absent
      },
      group: { Int64($0.pointee.owner) },
      cell: { row, context in
        Cell(
          context.table.owners[row.owner].flatMap { owner in
            marked?(owner, context.presentation.isASCII) ?? text(owner)
          }
        )
      }
    )
  }
}
