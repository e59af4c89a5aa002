extension ColumnChoice {
  /// The columns that a view has by itself where there is room for any number of them: those of the
  /// widest screen, and the one that the order uses. The command comes last, as in `everyColumn`,
  /// since it can be of any length.
  package static func automatic(of kind: ViewKind, sort: Column.ID) -> [ColumnChoice] {
    let shown = Set(kind.columns.filter { $0.appearsAt < ViewColumn.never }.map(\.id))
    return everyColumn.filter { shown.contains($0.id) || $0.id == sort }
  }
}
