/// What `/proc` reports about a process beyond its name, read when somebody asks.
///
/// Text is kept as it is, with invalid UTF-8 repaired: what prints it makes it safe.
package struct ProcessDetails: Hashable, Sendable {
  /// A process above it.
  package struct Ancestor: Hashable, Sendable {
    package let pid: Int32
    package let name: String

    package init(pid: Int32, name: String) {
      self.pid = pid
      self.name = name
    }
  }

  package let id: Process.ID
  /// The path of its program, `/proc/PID/exe`; `nil` for a kernel thread.
  package var executable: String?
  /// Each argument of its command line.
  package var arguments: [String] = []
  /// Its working directory.
  package var directory: String?
  /// The path of its cgroup: of version 2, or else the first of version 1.
  package var cgroup: String?
  /// Its parent, that one's parent, up to PID 1.
  package var ancestors: [Ancestor] = []
  /// How many threads and open files it has.
  package var threads: Int?
  package var openFiles: Int?

  package init(id: Process.ID) {
    self.id = id
  }
}
