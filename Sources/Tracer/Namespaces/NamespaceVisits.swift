internal import CTracer
import Connections
import Glibc
package import SystemPackage
import Threads

/// What visits of all network namespaces of the host gave.
package struct NamespaceVisits<Value> {
  /// By the inodes of the namespaces.
  package fileprivate(set) var values: [UInt32: Value] = [:]
  /// Those that could not be entered, and why.
  package fileprivate(set) var refused: [UInt32: Errno] = [:]
}

extension NamespaceVisits: Sendable where Value: Sendable {}

extension NamespaceFinder {
  /// Runs `body` in one network namespace of the host after the other, with its inode; in the own
  /// one always. What it reads of `/proc/thread-self` is the namespace's. Only one is open at a
  /// time, so that there can be more of them than descriptors.
  ///
  /// - Parameter enter: `setns` but in tests.
  func visitAll<Value>(
    enter: (Int32) -> Errno? = NamespaceFinder.enter,
    _ body: (UInt32) -> Value
  ) -> NamespaceVisits<Value> {
    var visits = NamespaceVisits<Value>()
    let places = places()
    onOwnThread {
      if let own = proc.namespaceInode("thread-self/ns/net") { visits.values[own] = body(own) }
      for inode in places.keys.sorted() where visits.values[inode] == nil {
        for place in places[inode] ?? [] {
          guard let descriptor = Self.open(place, inode) else {
            let reason = Errno(rawValue: errno)
            // A process that has left is refused too: there is nothing to miss.
            if Self.inode(place) == inode { visits.refused[inode] = reason }
            continue
          }
          let refusal = enter(descriptor)
          close(descriptor)
          visits.refused[inode] = refusal
          if refusal != nil { continue }
          visits.values[inode] = body(inode)
          break
        }
      }
    }
    return visits
  }

  /// Moves the calling thread into a namespace; gives why it could not.
  static func enter(_ descriptor: Int32) -> Errno? {
    setns(descriptor, NETTOP_CLONE_NEWNET) == 0 ? nil : Errno(rawValue: errno)
  }
}

extension NetworkNamespace {
  /// What lets a namespace be entered that refused to be.
  package static func cure(of refusal: Errno) -> String {
    refusal.isShortageOfFiles
      ? "raise the limit of open files (ulimit -n)"
      : "run nettop as root on the host, or with CAP_SYS_ADMIN and CAP_SYS_PTRACE"
  }

  /// Runs `body` in each network namespace of the host that can be entered, with its inode; in the
  /// own one always. What it reads of `/proc/thread-self` is the namespace's.
  package static func visitAll<Value>(_ body: (UInt32) -> Value) -> NamespaceVisits<Value> {
    NamespaceFinder(proc: ProcFS()).visitAll(body)
  }
}
