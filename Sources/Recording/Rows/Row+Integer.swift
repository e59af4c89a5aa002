import GRDB

extension Row {
  /// The number in a column; `nil` for anything else, which a file that was changed can have there.
  func integer(_ column: String) -> Int64? { Int64.fromDatabaseValue(self[column]) }
}
