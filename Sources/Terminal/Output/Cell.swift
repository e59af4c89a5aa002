import StyledText

/// One cell of a canvas, in 8 bytes; combining marks are kept beside it.
struct Cell: Hashable, Sendable {
  /// Stands in the second cell of a wide character; sanitising lets no text contain it.
  static let continuation: Unicode.Scalar = "\0"

  var scalar: Unicode.Scalar = " "
  var style = Style.plain

  var isContinuation: Bool { scalar == Cell.continuation }
}
