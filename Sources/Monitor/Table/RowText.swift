import Connections

extension Row {
  /// The state as it is shown: `ESTAB`, in its place `UDP` for what has no states and `MPTCP` for
  /// what is in the sums by its subflows, or in small letters why the connection ended.
  var stateText: String {
    if let end { return end.reason.name }
    let isSum = proto == .mptcp && state == .established
    return isFlow || isSum ? proto.name.uppercased() : state.name
  }
}

extension ConnectionTable {
  /// The name of a namespace, or else its inode.
  package func namespaceText(_ inode: UInt32) -> String { namespaces[inode]?.name ?? "\(inode)" }
}
