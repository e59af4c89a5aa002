/// A process, told apart by its PID and start time.
///
/// Names and command lines come from anyone on the host and are kept as they are, with invalid
/// UTF-8 repaired: whoever prints them makes them safe.
package struct Process: Hashable, Sendable {
  package struct ID: Hashable, Sendable {
    /// The PID in the initial PID namespace.
    package let pid: Int32
    /// When the process started, in clock ticks since boot: field 22 of `/proc/PID/stat`.
    package let startTicks: UInt64

    package init(pid: Int32, startTicks: UInt64) {
      self.pid = pid
      self.startTicks = startTicks
    }
  }

  /// All connections of a process share what is known of it.
  private final class Storage: Sendable {
    let id: ID
    let name: String
    let commandLine: String?
    let uid: UInt32
    let user: String?
    let startedAt: Timestamp

    init(
      id: ID,
      name: String,
      commandLine: String?,
      uid: UInt32,
      user: String?,
      startedAt: Timestamp
    ) {
      self.id = id
      self.name = name
      self.commandLine = commandLine
      self.uid = uid
      self.user = user
      self.startedAt = startedAt
    }
  }

  private let storage: Storage

  package init(
    id: ID,
    name: String,
    commandLine: String?,
    uid: UInt32,
    user: String?,
    startedAt: Timestamp
  ) {
    storage = Storage(
      id: id,
      name: name,
      commandLine: commandLine,
      uid: uid,
      user: user,
      startedAt: startedAt
    )
  }

  package var id: ID { storage.id }
  /// The name of the process, at most 15 bytes: `task_struct.comm` of its main thread.
  package var name: String { storage.name }
  /// The command line, arguments parted by blanks; `nil` where the process had left before it
  /// could be read. Empty for a kernel thread.
  package var commandLine: String? { storage.commandLine }
  /// The real user ID.
  package var uid: UInt32 { storage.uid }
  /// The name of that user in the host's user database, `nil` where it has none.
  package var user: String? { storage.user }
  /// When it started.
  package var startedAt: Timestamp { storage.startedAt }

  package static func == (lhs: Process, rhs: Process) -> Bool {
    lhs.storage === rhs.storage
      || (lhs.id == rhs.id && lhs.name == rhs.name && lhs.commandLine == rhs.commandLine
        && lhs.uid == rhs.uid && lhs.user == rhs.user && lhs.startedAt == rhs.startedAt)
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(id)
  }
}

extension Process {
  /// Whether a process has this PID now.
  package static func exists(pid: Int32) -> Bool {
    ProcFS().read("\(pid)/stat") != nil
  }
}
