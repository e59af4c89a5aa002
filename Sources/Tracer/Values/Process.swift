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

  package let id: ID
  /// The name of the process, at most 15 bytes: `task_struct.comm` of its main thread.
  package let name: String
  /// The command line, arguments parted by blanks; `nil` where the process had left before it
  /// could be read. Empty for a kernel thread.
  package let commandLine: String?
  /// The real user ID.
  package let uid: UInt32
  /// The name of that user in the host's user database, `nil` where it has none.
  package let user: String?
  /// When it started.
  package let startedAt: Timestamp

  package init(
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
