/// A process, identified by its PID and start time.
///
/// Names and command lines come from anyone on the host and are kept as they are, with invalid
/// UTF-8 repaired: what prints them makes them safe.
package struct Process: Hashable, Sendable {
  package struct ID: Hashable, Sendable {
    /// The PID as `/proc` has it. Negative for a process that `/proc` does not have, because that
    /// is the one of a container, which has only its own processes.
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
    let gid: UInt32?
    let executable: String?
    let cgroup: String?
    let container: Container?

    init(
      id: ID,
      name: String,
      commandLine: String?,
      uid: UInt32,
      user: String?,
      startedAt: Timestamp,
      gid: UInt32?,
      executable: String?,
      cgroup: String?,
      container: Container?
    ) {
      self.id = id
      self.name = name
      self.commandLine = commandLine
      self.uid = uid
      self.user = user
      self.startedAt = startedAt
      self.gid = gid
      self.executable = executable
      self.cgroup = cgroup
      self.container = container
    }
  }

  private let storage: Storage

  package init(
    id: ID,
    name: String,
    commandLine: String?,
    uid: UInt32,
    user: String?,
    startedAt: Timestamp,
    gid: UInt32? = nil,
    executable: String? = nil,
    cgroup: String? = nil,
    container: Container? = nil
  ) {
    storage = Storage(
      id: id,
      name: name,
      commandLine: commandLine,
      uid: uid,
      user: user,
      startedAt: startedAt,
      gid: gid,
      executable: executable,
      cgroup: cgroup,
      container: container
    )
  }

  package var id: ID { storage.id }
  /// The name of the process, at most 15 bytes: `task_struct.comm` of its main thread.
  package var name: String { storage.name }
  /// The command line, arguments separated by blanks; `nil` if the process had left before it
  /// could be read. Empty for a kernel thread.
  package var commandLine: String? { storage.commandLine }
  /// The real user ID.
  package var uid: UInt32 { storage.uid }
  /// The name of that user in the host's user database, `nil` if it has none.
  package var user: String? { storage.user }
  /// When it started.
  package var startedAt: Timestamp { storage.startedAt }
  /// The real group ID; `nil` if it is not known.
  package var gid: UInt32? { storage.gid }
  /// The path of its program, `/proc/PID/exe`; `nil` if the process had left before it could be
  /// read, and for a kernel thread.
  package var executable: String? { storage.executable }
  /// The path of its cgroup below the root of cgroup v2, or else of the first of v1.
  package var cgroup: String? { storage.cgroup }
  /// The container, service or machine that it runs in.
  package var container: Container? { storage.container }

  package static func == (lhs: Process, rhs: Process) -> Bool {
    lhs.storage === rhs.storage
      || (lhs.id == rhs.id && lhs.name == rhs.name && lhs.commandLine == rhs.commandLine
        && lhs.uid == rhs.uid && lhs.user == rhs.user && lhs.startedAt == rhs.startedAt
        && lhs.gid == rhs.gid && lhs.executable == rhs.executable && lhs.cgroup == rhs.cgroup
        && lhs.container == rhs.container)
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(id)
  }
}

extension Process.ID {
  /// Whether `/proc` can have the process: not so where that is of a container and it is outside.
  package var isVisible: Bool { pid >= 0 }
}

extension Process {
  /// The same with the name of its user.
  package func with(user: String) -> Process {
    Process(
      id: id,
      name: name,
      commandLine: commandLine,
      uid: uid,
      user: user,
      startedAt: startedAt,
      gid: gid,
      executable: executable,
      cgroup: cgroup,
      container: container
    )
  }

  /// Stands for the kernel as the owner of sockets that it made for itself.
  package static let kernel = Process(
    id: ID(pid: 0, startTicks: 0),
    name: "[kernel]",
    commandLine: "",
    uid: 0,
    user: nil,
    startedAt: Timestamp(nanoseconds: 0)
  )
}
