import Connections

/// A row where it is. What is called for each row of a table takes this: a call with the row itself
/// would copy its 290 bytes.
package typealias RowPointer = UnsafePointer<Row>

extension RowPointer {
  private static let countersOffset = MemoryLayout<Row>.offset(of: \.counters) ?? 0

  /// The counters of the row where they are.
  var counters: UnsafePointer<Counters> {
    (UnsafeRawPointer(self) + Self.countersOffset).assumingMemoryBound(to: Counters.self)
  }
}

extension Row {
  /// Calls `body` with the place of this row, which is valid until it returns.
  func read<Result>(_ body: (RowPointer) -> Result) -> Result {
    withUnsafePointer(to: self, body)
  }
}
