package import Connections
import Glibc

extension Process {
  /// The PID of this process as `/proc` has it.
  package static var own: Int32 {
    ProcFS().link("self").flatMap { Int32($0) } ?? getpid()
  }

  /// Whether a process has this PID now.
  package static func exists(pid: Int32) -> Bool {
    // It is not opened, which would fail where too many files are open.
    access("/proc/\(pid)/stat", F_OK) == 0
  }
}
