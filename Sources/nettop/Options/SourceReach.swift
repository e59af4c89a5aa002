import Connections
import Glibc
import SystemPackage
import Tracer

/// Which connections a source can show to whoever runs nettop. What it cannot show would be waited for
/// in vain.
struct SourceReach {
  /// Whether it reads lists of the kernel with the rights of this process alone.
  let isLimited: Bool

  /// - Parameter source: `nil` for one that has all there is, such as a recording.
  init(_ source: (any ConnectionSource)?) {
    isLimited = source is InetDiagSource
  }

  /// Throws where the source cannot read a network namespace.
  ///
  /// - Parameter name: what the user calls it.
  func check(_ namespace: NetworkNamespace, called name: String) throws(SourceError) {
    guard isLimited else { return }
    let visits = NetworkNamespace.visitAll { _ in }
    guard visits.values[namespace.inode] == nil,
      let refusal = visits.refused[namespace.inode] ?? visits.unlisted
    else { return }
    throw Self.error(
      "cannot read the network namespace '\(name)'",
      refusal,
      advice: NetworkNamespace.cure(of: refusal)
    )
  }

  /// Throws where the source cannot know which sockets a process holds.
  func check(pid: Int32) throws(SourceError) {
    guard isLimited else { return }
    let descriptor = open("/proc/\(pid)/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if descriptor >= 0 {
      close(descriptor)
      return
    }
    let refusal = Errno(rawValue: errno)
    guard Self.isOfRights(refusal) else { return }
    throw Self.error(
      "cannot list the sockets of process \(pid)",
      refusal,
      advice: "run nettop as root on the host, or with CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH"
    )
  }

  private static func isOfRights(_ refusal: Errno) -> Bool {
    refusal == .notPermitted || refusal == .permissionDenied
  }

  private static func error(_ problem: String, _ refusal: Errno, advice: String) -> SourceError {
    guard isOfRights(refusal) else {
      return SourceError(.failed, "\(problem): \(refusal)", advice: advice)
    }
    let reason = geteuid() == 0 ? "\(refusal)" : "root rights are needed"
    return SourceError(.notPermitted, "\(problem): \(reason)", advice: advice)
  }
}
