import Connections

extension Field {
  /// The fields of the process that holds the socket.
  static let ofOwner = [
    pid, process, command, uid, user, gid, executable, cgroup, container, containerID,
    containerRuntime, ownerSource, orphaned, holders,
  ]

  static let pid = owner("pid", .processNumber(.count) { $0.pid.map(Double.init) }) {
    FieldValue($0.pid)
  }
  static let process = process("process", .processText { $0.name }) { .text($0.name) }
  static let command = process("command", .processText { $0.commandLine }) {
    FieldValue(text: $0.commandLine)
  }
  static let uid = process(
    "uid",
    .processNumber(.count) { $0 == .kernel ? nil : Double($0.uid) }
  ) { FieldValue($0 == .kernel ? nil : $0.uid) }
  static let user = process("user", .processText { $0.userText }) { FieldValue(text: $0.user) }
  static let gid = process("gid", .processNumber(.count) { $0.gid.map(Double.init) }) {
    FieldValue($0.gid)
  }
  static let executable = process("executable", .processText { $0.executable }) {
    FieldValue(text: $0.executable)
  }
  static let cgroup = process("cgroup", .processText { $0.cgroup }) {
    FieldValue(text: $0.cgroup)
  }
  static let container = process("container", .processText { $0.container?.label }) {
    FieldValue(text: $0.container?.label)
  }
  static let containerID = process("container_id", .processText { $0.container?.id }) {
    FieldValue(text: $0.container?.id)
  }
  static let containerRuntime = process(
    "container_runtime",
    .processText { $0.container?.runtime.name }
  ) { FieldValue(word: $0.container?.runtime.name) }
  static let ownerSource = owner(
    "owner_source",
    .choices(
      Owner.Source.allCases.map { FieldChoice(number: Int($0.rawValue), name: $0.name) }
    ) { row, table in table.owners[row.pointee.owner].map { Int($0.source.rawValue) } }
  ) { .word($0.source.name) }
  static let orphaned = owner(
    "orphaned",
    .choices([FieldChoice(number: 0, name: "false"), FieldChoice(number: 1, name: "true")]) {
      row,
      table in table.owners[row.pointee.owner].map { $0.isLast ? 1 : 0 }
    }
  ) { .boolean($0.isLast) }
  static let holders = owner("holders", .holders) { .list($0.holders.map { FieldValue($0) }) }

  private static func owner(
    _ name: String,
    _ filterValues: FieldValues,
    _ value: @escaping @Sendable (Owner) -> FieldValue
  ) -> Field {
    Field(name, filterValues) { row, table in table.owners[row.owner].map(value) ?? .null }
  }

  private static func process(
    _ name: String,
    _ filterValues: FieldValues,
    _ value: @escaping @Sendable (Process) -> FieldValue
  ) -> Field {
    owner(name, filterValues) { value($0.process) }
  }
}
