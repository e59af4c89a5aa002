import Connections

extension Batch {
  /// How many connections of a namespace ended.
  func ends(in namespace: Namespace) -> Int {
    deltas.count { delta in
      guard case .ended(let connection) = delta else { return false }
      return connection.netns == namespace.inode && !connection.isListener
    }
  }
}
