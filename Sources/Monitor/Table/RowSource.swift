/// Where rows are found by their slots.
protocol RowSource {
  /// One more than the highest slot in use.
  var bound: Int32 { get }
  /// The row of a slot, `nil` for a free one.
  subscript(slot: Int32) -> Row? { get }
  /// Whether a slot below `bound` has a row.
  func isUsed(_ slot: Int32) -> Bool
  /// Calls `body` with the row of a slot that is in use.
  func read<Result>(_ slot: Int32, _ body: (RowPointer) -> Result) -> Result
}
