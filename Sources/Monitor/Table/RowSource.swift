/// Where rows are found by their slots.
protocol RowSource {
  /// One more than the highest slot in use.
  var bound: Int32 { get }
  /// The row of a slot, `nil` for a free one.
  subscript(slot: Int32) -> Row? { get }
}
