import CProcess
import Glibc
import Tracer

/// The rights of the program. It gives up what it does not need.
///
/// Files that its caller names are opened with the rights of the caller in any case (`UserFile`). They
/// could not be opened with these: the capability that reads the details of processes in `/proc` reads
/// all other files too, and a tracer reads them from many threads.
enum Rights {
  /// Whether the program has rights that its caller lacks: from capabilities of its file, or because it
  /// is set-user-ID. Root lacks none.
  static let areRaised = rights_are_raised()

  /// The capabilities for tracing that are given up all the same. Without CAP_KILL, the kernel lets
  /// signals of the program reach only those processes that its caller could signal.
  static let givenUp = areRaised ? Capability.all.filter { $0.name == "CAP_KILL" } : []

  /// Gives up all capabilities but those needed, and all ways to gain others. Call it before any other
  /// thread starts.
  static func reduce() {
    let ofRoot = getuid() == 0 ? Capability.forFiles + [Capability.forMaps] : []
    let needed = Capability.all.filter { !givenUp.contains($0) } + ofRoot
    // Where the kernel refuses, `nettop doctor` shows what is left.
    _ = rights_reduce(needed.reduce(0) { $0 | $1.bit })
  }

  /// Has the kernel refuse system calls that are not needed once connections are followed. A kernel
  /// without such filters refuses nothing, and `nettop doctor` says so.
  static func refuseCalls() {
    _ = calls_refuse()
  }
}
