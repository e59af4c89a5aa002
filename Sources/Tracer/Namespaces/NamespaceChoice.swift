package import Connections
import SystemPackage

/// Which network namespace a user means: by its name or inode, by a process in it, by a container, or
/// `own`.
package struct NamespaceChoice {
  private let finder: NamespaceFinder
  private let namespaces: [NetworkNamespace]
  /// The shortage of files that kept some from being listed or named; `nil` if nothing did.
  private let shortage: Errno?

  /// What a text can be, in the words that say so: `pid:1234`.
  private enum Kind: String, CaseIterable {
    case name, inode, pid, container
  }

  /// Why a text means no namespace, or more than one.
  package struct Failure: Error, Hashable {
    package let message: String
    /// What to do, with the choices.
    package let advice: String
  }

  /// Asks the host for its namespaces.
  package init() {
    self.init(NamespaceFinder(proc: ProcFS()))
  }

  init(_ finder: NamespaceFinder) {
    self.finder = finder
    do throws(Errno) {
      let found = finder.find(try finder.inodes())
      namespaces = found.map(\.namespace)
      shortage = found.lazy.compactMap(\.shortage).first
    } catch {
      namespaces = []
      shortage = error
    }
  }

  /// All network namespaces of the host that a process is in or that `ip netns` has.
  package var all: [NetworkNamespace] { namespaces }

  /// The namespace that the text means. A name comes before all else that the text could be; `own` is
  /// the one that nettop is in, whatever that is called.
  package func namespace(_ text: String) throws(Failure) -> NetworkNamespace {
    let chosen = try find(text)
    // In a container it may be the host's, and the source then calls it so: only the inode is sure.
    guard chosen.nameSource == .own, !finder.isOfHost else { return chosen }
    return NetworkNamespace(inode: chosen.inode, name: nil, nameSource: nil, isOwn: true)
  }

  private func find(_ text: String) throws(Failure) -> NetworkNamespace {
    let named = namespaces.first { $0.names.contains(text) && $0.nameSource != .container }
    if let named { return named }
    let own = text == NamespaceFinder.ownName ? namespaces.first(where: \.isOwn) : nil
    if let own { return own }
    let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
    let kind = parts.count == 2 ? Kind(rawValue: parts[0]) : nil
    let value = kind == nil ? text : parts[1]
    var found: [(kind: Kind, namespace: NetworkNamespace)] = []
    for kind in kind.map({ [$0] }) ?? Kind.allCases {
      for inode in inodes(kind, value) where !found.contains(where: { $0.namespace.inode == inode })
      {
        let namespace =
          namespaces.first { $0.inode == inode }
          ?? NetworkNamespace(inode: inode, name: nil, nameSource: nil)
        found.append((kind, namespace))
      }
    }
    guard let first = found.first else { throw none(text, kind) }
    if found.count > 1 {
      let choices = found.map { choice in
        let name = choice.namespace.name.map { " (\($0))" } ?? ""
        return "inode:\(choice.namespace.inode)\(name)"
      }
      throw Failure(
        message: "'\(text)' matches more than one network namespace",
        advice: "use one of: \(choices.prefix(20).joined(separator: ", "))"
      )
    }
    return first.namespace
  }

  private func inodes(_ kind: Kind, _ value: String) -> [UInt32] {
    switch kind {
    case .name: namespaces.filter { $0.names.contains(value) }.map(\.inode)
    case .inode: namespaces.filter { "\($0.inode)" == value }.map(\.inode)
    case .pid:
      Int32(value).flatMap { finder.proc.namespaceInode("\($0)/ns/net") }.map { [$0] } ?? []
    case .container: inodes(ofContainer: value)
    }
  }

  /// Those of the containers with this name or ID, of which the first four digits do.
  private func inodes(ofContainer value: String) -> [UInt32] {
    var inodes: Set<UInt32> = []
    for pid in finder.proc.pids() {
      guard let container = finder.container(of: pid),
        container.name == value || container.label == value || container.id == value
          || (value.count >= 4 && Container.isHash(container.id) && container.id.hasPrefix(value)),
        let inode = finder.proc.namespaceInode("\(pid)/ns/net")
      else { continue }
      inodes.insert(inode)
    }
    return inodes.sorted()
  }

  private func none(_ text: String, _ kind: Kind?) -> Failure {
    if let shortage {
      return Failure(
        message: "cannot look up the network namespace '\(text)': too many files are open",
        advice: OpenFiles.cure(shortage)
      )
    }
    let names = namespaces.map { $0.name ?? "\($0.inode)" }.prefix(20).joined(separator: ", ")
    let message =
      switch kind {
      case nil: "no network namespace, process or container is called '\(text)'"
      case .pid: "no accessible process has the PID in '\(text)'"
      case .container: "no running container has the name or ID in '\(text)'"
      case .name, .inode: "no network namespace is called '\(text)'"
      }
    return Failure(
      message: message,
      advice: "use a PID, a container, or one of: \(names)"
    )
  }
}
