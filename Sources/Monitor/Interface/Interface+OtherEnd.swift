import Connections

/// The other end of a connection, if both are on this host.
extension Interface {
  /// Goes to the other end of the selected connection.
  mutating func jumpToOtherEnd() {
    guard let connection = present else { return tellToSelectConnection() }
    guard let other = model.table.otherEnd(of: connection) else {
      return tell(
        connection.isListener
          ? "A listener has no other end"
          : "The other end is not on this host, or its address is translated (NAT)"
      )
    }
    if case .details = panes.last {
      panes[panes.count - 1] = .details(DetailsPane(model.table.connection(of: other)))
      refreshDetails()
    }
    if select(other.id) { return }
    // A view that has no row for it.
    go(to: other.end == nil || other.lingers ? .connections : .closed)
    if !select(other.id) { tell("The filter hides the other end (Esc clears it)") }
  }

  /// Selects a connection, where it has a row.
  private mutating func select(_ id: Connection.ID) -> Bool {
    guard let position = model.position(of: id) else { return false }
    select { $0.select(position, of: $1) }
    stopFollowing()
    return true
  }
}

extension ConnectionTable {
  /// The row of the socket at the other end; one in the same namespace first, a live one rather
  /// than an ended one.
  func otherEnd(of connection: Connection) -> Row? {
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
