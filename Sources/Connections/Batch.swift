/// What became of one connection since the last batch. Told twice it does no harm; one that is lost
/// does harm until the next of the same connection.
package enum Delta: Sendable {
  /// A connection, whole: new, or as it is now.
  case upsert(Connection)
  /// New state and figures of a connection.
  case counters(Connection.ID, SocketState, Counters)
  /// What was learnt later of a connection: its owner, which can be another process now.
  case annotated(Connection.ID, Owner)
  /// The end of a connection, whole, with its final figures and `end` set. It may be the first
  /// that is heard of it. What is unknown in it is as it was (`Connection.ended(after:)`).
  case ended(Connection)
}

/// All that changed since the last batch.
package struct Batch: Sendable {
  /// When the figures were read.
  package let time: Timestamp
  /// At most one of a kind for a connection, in the order upsert, annotated, counters, ended.
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
