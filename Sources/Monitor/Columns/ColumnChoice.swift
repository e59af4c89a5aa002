/// A column chosen by the user.
package struct ColumnChoice: Hashable, Sendable {
  package let id: Column.ID
  /// In columns of the screen; `nil` for the width that has room for nearly every value.
  package var width: Int?

  package init(_ id: Column.ID, width: Int? = nil) {
    self.id = id
    self.width = width
  }

  /// Whether it is a graph of the last samples.
  package var isTrend: Bool { Column.trends.contains { $0.id == id } }

  /// The smallest and the largest width that can be chosen.
  package static let widths = 3...400

  /// All columns that can be sorted by.
  package static let everyColumn = Column.sortable.map { ColumnChoice($0.id) }
}
