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
  /// All that there are, as far as they could be listed.
  package fileprivate(set) var found: Set<UInt32> = []
  /// Why only the own one is known; `nil` if all could be listed.
  package fileprivate(set) var unlisted: Errno?

  package init(
    values: [UInt32: Value] = [:],
    refused: [UInt32: Errno] = [:],
    unlisted: Errno? = nil
  ) {
    self.values = values
    self.refused = refused
    self.unlisted = unlisted
  }

  /// Why some were not visited; `nil` if all were. A shortage of files comes first: nothing can be
  /// said of other reasons before it is over.
  package var refusal: Errno? {
    unlisted ?? refused.values.first(where: \.isShortageOfFiles) ?? refused.values.first
  }

  /// Those that were not visited, in words: `3 namespaces`.
  package var missing: String {
    unlisted == nil ? NetworkNamespace.counted(refused.count) : "other namespaces"
  }
}

extension NamespaceVisits: Sendable where Value: Sendable {}

extension NamespaceFinder {
  /// Runs `body` in one network namespace of the host after the other, with its inode; in the own
  /// one always. What it reads of `/proc/thread-self` is the namespace's. Only one is open at a
  /// time, so that there can be more of them than descriptors.
  ///
  /// - Parameters:
  ///   - isWanted: whether one is to be visited, by its inode.
  ///   - enter: `setns` but in tests.
  func visitAll<Value>(
    where isWanted: (UInt32) -> Bool = { _ in true },
    enter: (Int32) -> Errno? = NamespaceFinder.enter,
    _ body: (UInt32) -> Value
  ) -> NamespaceVisits<Value> {
    var visits = NamespaceVisits<Value>()
    var places: [UInt32: [[CChar]]] = [:]
    do throws(Errno) { places = try self.places() } catch { visits.unlisted = error }
    onOwnThread {
      let own = proc.namespaceInode("thread-self/ns/net")
      if let own, isWanted(own) { visits.values[own] = body(own) }
      visits.found = Set(places.keys).union(own.map { [$0] } ?? [])
      for inode in places.keys.sorted() where inode != own && isWanted(inode) {
        for place in places[inode] ?? [] {
          let opened: Int32?
          do throws(Errno) {
            opened = try Self.open(place, inode)
          } catch {
            // A process that has left is refused too: there is nothing to miss.
            if Self.inode(place) == inode { visits.refused[inode] = error }
            continue
          }
          guard let descriptor = opened else { continue }
          let refusal = enter(descriptor)
          close(descriptor)
          if let refusal {
            // One that has gone meanwhile is refused too.
            if Self.inode(place) == inode { visits.refused[inode] = refusal }
            continue
          }
          visits.refused[inode] = nil
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
  /// A number of them in words: `1 namespace`, `3 namespaces`.
  static func counted(_ count: Int) -> String {
    count == 1 ? "1 namespace" : "\(count) namespaces"
  }

  /// What lets a namespace be entered that refused to be.
  package static func cure(of refusal: Errno) -> String {
    refusal.isShortageOfFiles
      ? OpenFiles.cure(refusal)
      : "run nettop as root on the host, or with CAP_SYS_ADMIN and CAP_SYS_PTRACE"
  }

  /// Runs `body` in each network namespace of the host that can be entered, with its inode; in the
  /// own one always. What it reads of `/proc/thread-self` is the namespace's.
  package static func visitAll<Value>(_ body: (UInt32) -> Value) -> NamespaceVisits<Value> {
    NamespaceFinder(proc: ProcFS()).visitAll(body)
  }
}
