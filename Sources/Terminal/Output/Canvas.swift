package import StyledText

/// A grid of styled cells: the content of the screen, as a value.
///
/// Text is made safe on its way in: control and format characters, and whatever else has no place
/// in a cell, become `?`. So nothing that is drawn here can reach the terminal as an escape sequence.
package struct Canvas: Hashable, Sendable {
  /// In columns, at least 0.
  package let width: Int
  /// In rows, at least 0.
  package let height: Int

  /// Row after row.
  private(set) var cells: [Cell]
  /// The combining marks of the few cells that have some, by index into `cells`.
  private(set) var marks: [Int: [Unicode.Scalar]] = [:]

  /// A cell, counted from 0.
  package struct Position: Hashable, Sendable {
    package let x: Int
    package let y: Int

    package init(x: Int, y: Int) {
      self.x = x
      self.y = y
    }
  }

  /// A blank canvas; a negative size counts as 0.
  package init(width: Int, height: Int) {
    self.width = max(0, width)
    self.height = max(0, height)
    cells = Array(repeating: Cell(), count: self.width * self.height)
  }

  /// Writes one line of text in a field of `width` columns, clipped to the canvas; `nil` makes the
  /// field as wide as the text.
  ///
  /// Text too long for its field is cut and ends in `…`; the remainder of a longer field becomes
  /// blanks in the same style. A field may begin or end outside of the canvas.
  ///
  /// - Returns: the column after the field, whether on the canvas or not.
  @discardableResult
  package mutating func write(
    _ text: String,
    x: Int,
    y: Int,
    width: Int? = nil,
    align: TextAlignment = .left,
    style: Style = .plain
  ) -> Int {
    let x = Canvas.bounded(x)
    let ascii = SafeText.isPrintableASCII(text)
    let glyphs = ascii ? [] : SafeText.glyphs(of: text)
    let columns = ascii ? text.utf8.count : glyphs.reduce(0) { $0 + $1.columns }
    let field = width.map { max(0, Canvas.bounded($0)) } ?? columns
    guard clear(x: x, y: y, width: field, style: style) else { return x + field }

    let row = y * self.width
    if ascii {
      let isCut = columns > field
      let length = isCut ? field - 1 : columns
      let start = align == .right ? x + field - length - (isCut ? 1 : 0) : x
      put(ascii: text.utf8.prefix(length), x: start, row: row)
      if isCut { put(SafeText.ellipsis, x: start + length, row: row) }
    } else {
      let fitting = SafeText.cut(glyphs, toColumns: field)
      let length = fitting.reduce(0) { $0 + $1.columns }
      put(fitting, x: align == .right ? x + field - length : x, row: row)
    }
    return x + field
  }

  /// Gives cells of a row this style and keeps their text; `width` nil goes on to the right edge.
  package mutating func fill(x: Int = 0, y: Int, width: Int? = nil, style: Style) {
    let x = Canvas.bounded(x)
    let end = width.map { x + Canvas.bounded($0) } ?? self.width
    let columns = visible(from: x, to: end)
    guard (0..<height).contains(y) else { return }
    for column in columns { cells[y * self.width + column].style = style }
  }

  /// The style of a cell; plain outside of the canvas.
  package func style(x: Int, y: Int) -> Style {
    guard (0..<width).contains(x), (0..<height).contains(y) else { return .plain }
    return cells[y * width + x].style
  }

  /// The rows as text, from the top, without their trailing blanks.
  package var lines: [String] {
    (0..<height).map { y in
      var line = String.UnicodeScalarView()
      var length = 0
      for index in y * width..<(y + 1) * width where !cells[index].isContinuation {
        line.append(cells[index].scalar)
        line.append(contentsOf: marks[index] ?? [])
        if cells[index].scalar != " " { length = line.count }
      }
      return String(line.prefix(length))
    }
  }

  /// Whether a row looks as in another canvas, of any size.
  func isRow(_ y: Int, equalTo other: Canvas) -> Bool {
    guard width == other.width, y < min(height, other.height) else { return false }
    let row = y * width..<(y + 1) * width
    guard cells[row].elementsEqual(other.cells[row]) else { return false }
    if marks.isEmpty && other.marks.isEmpty { return true }
    return row.allSatisfy { marks[$0] == other.marks[$0] }
  }
}

extension Canvas {
  /// Coordinates far outside are all alike, and bounded they cannot overflow when added.
  private static func bounded(_ coordinate: Int) -> Int {
    min(max(coordinate, -1 << 30), 1 << 30)
  }

  /// The columns of the canvas between two coordinates.
  private func visible(from start: Int, to end: Int) -> Range<Int> {
    let start = min(max(start, 0), width)
    return start..<min(max(end, start), width)
  }

  /// Blanks a field, and the other half of a wide character that it cuts in two.
  ///
  /// - Returns: whether any of the field is on the canvas.
  private mutating func clear(x: Int, y: Int, width: Int, style: Style) -> Bool {
    let columns = visible(from: x, to: x + width)
    guard (0..<height).contains(y), let first = columns.first else { return false }
    let row = y * self.width
    if cells[row + first].isContinuation {
      cells[row + first - 1].scalar = " "
      marks[row + first - 1] = nil
    }
    if columns.upperBound < self.width, cells[row + columns.upperBound].isContinuation {
      cells[row + columns.upperBound].scalar = " "
    }
    for column in columns { cells[row + column] = Cell(scalar: " ", style: style) }
    if !marks.isEmpty {
      for column in columns { marks[row + column] = nil }
    }
    return true
  }

  private mutating func put(ascii text: Substring.UTF8View, x: Int, row: Int) {
    let hidden = max(0, -x)
    var index = row + x + hidden
    for byte in text.dropFirst(hidden).prefix(max(0, width - x - hidden)) {
      cells[index].scalar = Unicode.Scalar(byte)
      index += 1
    }
  }

  private mutating func put(_ glyphs: [SafeText.Glyph], x: Int, row: Int) {
    var column = x
    for glyph in glyphs {
      put(glyph, x: column, row: row)
      column += glyph.columns
    }
  }

  /// Puts a character whose cells are blank; one that is not wholly on the canvas leaves them so.
  private mutating func put(_ glyph: SafeText.Glyph, x: Int, row: Int) {
    guard x >= 0, x + glyph.columns <= width else { return }
    cells[row + x].scalar = glyph.scalar
    if glyph.columns == 2 { cells[row + x + 1].scalar = Cell.continuation }
    if !glyph.marks.isEmpty { marks[row + x] = glyph.marks }
  }
}
