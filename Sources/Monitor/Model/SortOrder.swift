/// The column that the table is sorted by, and the direction.
package struct SortOrder: Hashable, Sendable {
  package var column: Column.ID
  package var isDescending: Bool

  package init(_ column: Column.ID, isDescending: Bool) {
    self.column = column
    self.isDescending = isDescending
  }

  /// By a column, in its most useful direction.
  package init(_ column: Column.ID) {
    self.init(column, isDescending: Column.with(column).isDescendingFirst)
  }

  package var reversed: SortOrder { SortOrder(column, isDescending: !isDescending) }

  /// By this column; reversed if it already is.
  package func choosing(_ column: Column.ID) -> SortOrder {
    column == self.column ? reversed : SortOrder(column)
  }
}
