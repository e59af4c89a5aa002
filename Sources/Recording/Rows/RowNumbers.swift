/// The next number in each table whose rows a segment has to itself.
struct RowNumbers: Hashable {
  /// No recording has as many rows.
  static let limit: Int64 = 1 << 60

  var delta: Int64 = 1
  var fact: Int64 = 1
  var owner: Int64 = 1
  var process: Int64 = 1
}
