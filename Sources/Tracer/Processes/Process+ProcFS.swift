package import Connections
import Glibc

extension Process {
  /// The PID of this process as `/proc` has it.
  package static var own: Int32 {
    ProcFS().link("self").flatMap { Int32($0) } ?? getpid()
  }

  /// Whether a process has this PID now.
  package static func exists(pid: Int32) -> Bool {
    ProcFS().read("\(pid)/stat") != nil
  }
}
