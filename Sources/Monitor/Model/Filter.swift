import Tracer

/// Which connections are shown: those that meet every condition there is.
package struct Filter: Hashable, Sendable {
  /// A namespace by its name or inode.
  package enum Namespace: Hashable, Sendable {
    /// The name or inode, whole.
    case exactly(String)
    /// The name or inode, or the beginning of a name where no namespace has it whole.
    case beginning(String)
  }

  /// The PID of the owner.
  package var pid: Int32?
  package var namespace: Namespace?
  /// Stands somewhere in the PID, name, command line or user of the owner, the namespace, either
  /// endpoint, the state or the reason of the end, whatever its case. Empty for no condition.
  package var text: String

  package init(pid: Int32? = nil, namespace: Namespace? = nil, text: String = "") {
    self.pid = pid
    self.namespace = namespace
    self.text = text
  }

  package var isEmpty: Bool { self == Filter() }
}

extension Filter.Namespace {
  package var text: String {
    switch self {
    case .exactly(let text), .beginning(let text): text
    }
  }

  /// The inodes it stands for.
  func inodes(in namespaces: [UInt32: NetworkNamespace]) -> Set<UInt32> {
    var inodes = Set(namespaces.values.lazy.filter { $0.name == text }.map(\.inode))
    if let inode = UInt32(text) { inodes.insert(inode) }
    guard case .beginning = self, inodes.isDisjoint(with: namespaces.keys) else { return inodes }
    return Set(namespaces.values.lazy.filter { $0.name?.hasPrefix(text) ?? false }.map(\.inode))
  }
}
