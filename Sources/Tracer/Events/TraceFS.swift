internal import CTracer
import Glibc
import SystemPackage
import Threads

/// The root of tracefs, where the formats of tracepoints are. What it mounts for that, nobody else
/// sees, and it ends with this.
final class TraceFS {
  private let directory: Int32

  /// A way to reach it.
  enum Way: CaseIterable {
    /// Where the host has it mounted.
    case mounted
    /// By a mount of our own without a mount point. Since Linux 5.2.
    case detached
    /// Below debugfs, where the kernel mounts it for whoever looks.
    case debugFS
    /// By a mount in a mount namespace of our own.
    case ownNamespace
  }

  /// Takes the first way that works.
  ///
  /// - Throws: why the last one does not: `notPermitted` without the rights for it, `ENODEV` if
  ///   the kernel has no tracefs.
  init(_ ways: [Way] = Way.allCases, proc: ProcFS = ProcFS()) throws(Errno) {
    directory = try Self.first(of: ways, proc)
  }

  deinit {
    close(directory)
  }

  /// Where a tracepoint such as `sock`, `inet_sock_set_state` has its fields; `nil` if this kernel
  /// has no such tracepoint.
  func format(_ group: String, _ name: String) -> TracepointFormat? {
    let files = ProcFS(root: "/proc/self/fd/\(directory)")
    return files.read("events/\(group)/\(name)/format", limit: 1 << 16)
      .flatMap(TracepointFormat.init)
  }

  private static func first(of ways: [Way], _ proc: ProcFS) throws(Errno) -> Int32 {
    var reason = Errno.noSuchFileOrDirectory
    for way in ways {
      do throws(Errno) {
        return try open(way, proc)
      } catch {
        if error.isShortageOfFiles { throw error }
        reason = error
      }
    }
    throw reason
  }

  private static func open(_ way: Way, _ proc: ProcFS) throws(Errno) -> Int32 {
    switch way {
    case .mounted:
      return try open(proc.mounts.filter { $0.type == "tracefs" && $0.root == "/" }.map(\.point))
    case .debugFS:
      let mounts = proc.mounts.filter { $0.type == "debugfs" && $0.root == "/" }
      return try open(mounts.map { "\($0.point)/tracing" })
    case .detached:
      let directory = nettop_mount("tracefs")
      if directory < 0 { throw Errno(rawValue: errno) }
      return directory
    case .ownNamespace:
      return try openInOwnNamespace()
    }
  }

  /// The first of these directories that is a tracefs: another mount can hide it.
  private static func open(_ paths: [String]) throws(Errno) -> Int32 {
    var reason = Errno.noSuchFileOrDirectory
    for path in paths {
      let directory = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guard directory >= 0 else {
        reason = Errno(rawValue: errno)
        continue
      }
      var system = statfs()
      if fstatfs(directory, &system) == 0, system.f_type == magic { return directory }
      close(directory)
    }
    throw reason
  }

  /// `TRACEFS_MAGIC`.
  private static let magic = 0x7472_6163

  /// The directory outlives the namespace, and the mount ends with it.
  private static func openInOwnNamespace() throws(Errno) -> Int32 {
    var directory: Int32 = -1
    var reason = Errno.resourceTemporarilyUnavailable
    onOwnThread {
      // Some place that exists; the thread has no other use for it.
      let place = "/proc"
      if unshare(NETTOP_CLONE_NEWNS) == 0,
        mount(nil, "/", nil, UInt(MS_REC | MS_PRIVATE), nil) == 0,
        mount("tracefs", place, "tracefs", 0, nil) == 0
      {
        directory = Glibc.open(place, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      }
      if directory < 0 { reason = Errno(rawValue: errno) }
    }
    if directory < 0 { throw reason }
    return directory
  }
}
