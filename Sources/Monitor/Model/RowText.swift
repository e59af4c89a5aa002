import Tracer

extension Row {
  /// The state as it is shown: `ESTAB`, `UDP` for what has no states, or in small letters why the
  /// connection ended.
  var stateText: String {
    end?.reason.stateText ?? (isFlow ? proto.name.uppercased() : state.name)
  }
}

extension Connection.CloseReason {
  /// What stands in place of the state after the end.
  var stateText: String { self == .unknown ? SocketState.closed.name : name }
}

extension ConnectionTable {
  /// The name of a namespace, or else its inode.
  func namespaceText(_ inode: UInt32) -> String { namespaces[inode]?.name ?? "\(inode)" }
}
