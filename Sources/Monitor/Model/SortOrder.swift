/// By which column the table is ordered, and which way.
package struct SortOrder: Hashable, Sendable {
  package var column: Column.ID
  package var isDescending: Bool

  package init(_ column: Column.ID, isDescending: Bool) {
    self.column = column
    self.isDescending = isDescending
  }

  /// By a column, the way that it is of most use.
  package init(_ column: Column.ID) {
    self.init(column, isDescending: Column.with(column).isDescendingFirst)
  }

  package var reversed: SortOrder { SortOrder(column, isDescending: !isDescending) }

  /// By this column; the other way if it is that already.
  package func choosing(_ column: Column.ID) -> SortOrder {
    column == self.column ? reversed : SortOrder(column)
  }
}
