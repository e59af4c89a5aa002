package import Connections

/// Which rows are shown, and in which order.
package struct View: Hashable, Sendable {
  package let kind: ViewKind
  package var sort: SortOrder
  package var filter: Filter
  /// Which groups show their connections.
  package var folding = Folding()
  /// Whether rows keep their places whatever their figures.
  package var isFrozen = false
  /// A connection that is shown whatever the filter, and after its end.
  package var followed: Connection.ID?

  package init(_ kind: ViewKind, sort: SortOrder? = nil, filter: Filter = Filter()) {
    self.kind = kind
    self.sort = sort ?? kind.firstSort
    self.filter = filter
  }

  /// The kinds of views whose rows belong here, whatever else the filter says: listeners are among
  /// connections where it asks for them.
  var kinds: [ViewKind] {
    kind == .connections && filter.asksForListeners ? [.connections, .listeners] : [kind]
  }

  /// Whether it shows the same rows of the table as another view, whatever their order.
  func hasSameRows(as other: View) -> Bool {
    guard filter == other.filter, followed == other.followed else { return false }
    return kind == other.kind
      || kind.isOfConnections && other.kind.isOfConnections && !filter.asksForListeners
  }
}
