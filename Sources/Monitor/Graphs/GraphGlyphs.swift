/// The characters that graphs are drawn with.
package enum GraphGlyphs: String, CaseIterable, Sendable {
  /// Two columns and four rows of dots in a cell.
  case braille
  /// Eight heights in a cell.
  case block
  /// Seven characters, each darker than the one before.
  case ascii

  private static let heights: [GraphGlyphs: [Unicode.Scalar]] = [
    .block: [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
    .ascii: [" ", ".", ":", "-", "=", "+", "*", "#"],
  ]

  /// The dots of the left and the right column of a braille cell, from the lowest on.
  private static let dots: ([UInt32], [UInt32]) = (
    [0x40, 0x04, 0x02, 0x01], [0x80, 0x20, 0x10, 0x08]
  )

  /// How many values a cell holds side by side.
  package var valuesPerCell: Int { self == .braille ? 2 : 1 }

  /// How many levels a cell has.
  var levelsPerCell: Int {
    switch self {
    case .braille: 4
    case .block: 8
    case .ascii: 7
    }
  }

  /// The lines of a graph from the top, each a character a cell.
  ///
  /// The lowest level means 0, so that 0 differs from an unknown value, for which nothing is drawn.
  ///
  /// - Parameters:
  ///   - values: the oldest first; the last one is drawn at the right edge.
  ///   - top: the value that fills the height; more is cut.
  package func lines(_ values: [Double?], top: Double, columns: Int, rows: Int) -> [String] {
    guard columns > 0, rows > 0 else { return [] }
    let most = rows * levelsPerCell
    let count = columns * valuesPerCell
    let levels = values.suffix(count).map { Self.level($0, top: top, of: most) }
    let padded = Array(repeating: 0, count: count - levels.count) + levels
    return (0..<rows).reversed().map { row in
      var line = String.UnicodeScalarView()
      for column in 0..<columns {
        let first = column * valuesPerCell
        line.append(glyph(padded[first..<first + valuesPerCell].map { $0 - row * levelsPerCell }))
      }
      return String(line)
    }
  }

  /// How many levels of `most` a value fills: none where it is unknown, one for 0, two or more for
  /// what is not 0.
  static func level(_ value: Double?, top: Double, of most: Int) -> Int {
    guard let value, !value.isNaN else { return 0 }
    guard value > 0, top > 0, most > 1 else { return 1 }
    return 1 + max(1, Int((min(1, value / top) * Double(most - 1)).rounded()))
  }

  private func glyph(_ levels: [Int]) -> Unicode.Scalar {
    let levels = levels.map { min(max($0, 0), levelsPerCell) }
    if let heights = Self.heights[self] { return heights[levels.first ?? 0] }
    let left = Self.dots.0.prefix(levels[0]).reduce(0, |)
    let right = Self.dots.1.prefix(levels[1]).reduce(0, |)
    let pattern = left | right
    return pattern == 0 ? " " : Unicode.Scalar(0x2800 + pattern) ?? " "
  }
}
