package import Connections

extension ConnectionTable {
  /// The row of the socket at the other end; one in the same namespace first, a live one rather
  /// than an ended one.
  package func otherEnd(of connection: Connection) -> Row? {
    if connection.isListener { return nil }
    var best: (row: Row, rank: Int)?
    // The two ends of a link have devices of their own, and so zones.
    let (local, remote) = (connection.local.unzoned, connection.remote.unzoned)
    for slot in 0..<bound {
      guard let row = self[slot], row.local.unzoned == remote, row.remote.unzoned == local,
        row.proto == connection.proto, row.id != connection.id
      else { continue }
      let rank = (row.netns == connection.netns ? 1 : 0) + (row.end == nil ? 2 : 0)
      if best.map({ rank > $0.rank }) ?? true { best = (row, rank) }
    }
    return best?.row
  }
}
