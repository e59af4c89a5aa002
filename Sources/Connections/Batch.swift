/// What became of one connection since the last batch.
package enum Delta: Sendable {
  /// A connection that no batch had yet, whole.
  case opened(Connection)
  /// New state and figures of a connection.
  case changed(Connection.ID, SocketState, Counters)
  /// The owner of a connection was learnt, or is another process now.
  case owner(Connection.ID, Owner)
  /// The end of a connection, whole, with its final figures and `end` set. It may be the first
  /// that is heard of it.
  case closed(Connection)
}

/// All that changed since the last batch.
package struct Batch: Sendable {
  /// When the figures were read.
  package let time: Timestamp
  /// At most one of a kind for a connection, in the order opened, owner, changed, closed.
  package let deltas: [Delta]
  /// Namespaces that are new, or have another name.
  package let namespaces: [NetworkNamespace]
  package let health: SourceHealth

  package init(
    time: Timestamp,
    deltas: [Delta],
    namespaces: [NetworkNamespace],
    health: SourceHealth
  ) {
    self.time = time
    self.deltas = deltas
    self.namespaces = namespaces
    self.health = health
  }
}
