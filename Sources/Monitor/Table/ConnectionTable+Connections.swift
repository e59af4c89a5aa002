package import Connections

extension ConnectionTable {
  /// The subflows of an MPTCP connection, the oldest first; none of any other.
  package func subflows(of connection: Connection) -> [Connection] {
    guard connection.proto == .mptcp else { return [] }
    return (0..<bound).compactMap { slot -> Connection? in
      guard let row = self[slot], row.parent == connection.id else { return nil }
      return self.connection(of: row)
    }
    .sorted { $0.id < $1.id }
  }

  /// How many live connections and listeners there are.
  package var liveCount: Int { rows.count - closed.lingeringCount - closed.keptCount }

  /// All live connections and listeners, whole, as a keyframe has them.
  package var liveConnections: [Connection] {
    rows.all.filter { $0.end == nil }.map { row in
      var connection = connection(of: row)
      connection.seenAt = row.seenAt
      return connection
    }
  }

  /// The connection of a row.
  package func connection(of row: Row) -> Connection {
    Connection(
      id: row.id,
      proto: row.proto,
      parent: row.parent,
      local: row.local,
      remote: row.remote,
      netns: row.netns,
      direction: row.direction,
      state: row.state,
      counters: row.counters,
      owner: owners[row.owner],
      openedAt: row.openedAt,
      end: row.end
    )
  }
}
