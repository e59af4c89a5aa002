import Connections
import Monitor

/// The other end of a connection, if both are on this host.
extension ScreenState {
  /// Goes to the other end of the selected connection.
  mutating func jumpToOtherEnd() {
    guard let connection = present else { return tellToSelectConnection() }
    guard let other = model.table.otherEnd(of: connection) else {
      return tell(absence(ofOtherEndOf: connection))
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

  /// Why there is no row of the other end.
  private func absence(ofOtherEndOf connection: Connection) -> String {
    if connection.isListener { return "A listener has no other end" }
    if connection.end?.neverEstablished == true { return "No socket on this host has that address" }
    return "The other end is not on this host, or its address is translated (NAT)"
  }

  /// Selects a connection, where it has a row.
  private mutating func select(_ id: Connection.ID) -> Bool {
    guard let position = model.position(of: id) else { return false }
    select { $0.select(position, of: $1) }
    stopFollowing()
    return true
  }
}
