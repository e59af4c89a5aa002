import CNcurses
import StyledText

/// Makes what ncurses takes of the rows of a canvas.
struct RowEncoder {
  /// What ncurses draws a style with, and a blank in it.
  private struct Pen {
    let attributes: attr_t
    var pair: Int32
    var blank = cchar_t()
  }

  private let characters: CharacterSet
  private var colors: ColorPairs
  /// By the raw value of a style, once it has been drawn.
  private var pens: [Pen?] = []
  var theme = Theme.plain {
    didSet {
      colors.removeAll()
      pens = []
    }
  }
  /// A row on its way to ncurses, kept to be used again.
  private var row: [cchar_t] = []

  init(characters: CharacterSet, colors: ColorPairs) {
    self.characters = characters
    self.colors = colors
  }

  var depth: ColorDepth { colors.depth }

  /// The first so many columns of a row.
  mutating func encode(row y: Int, of canvas: Canvas, columns: Int) -> [cchar_t] {
    row.removeAll(keepingCapacity: true)
    var style = Style.plain
    var pen = self.pen(of: style)
    for x in 0..<columns {
      let index = y * canvas.width + x
      let cell = canvas.cells[index]
      if cell.style != style {
        style = cell.style
        pen = self.pen(of: style)
      }

      let isWide = x + 1 < canvas.width && canvas.cells[index + 1].isContinuation
      var scalar = characters.shown(cell.scalar)
      if cell.isContinuation {
        // ncurses knows of a wide character's second cell by itself, but `?` has none.
        if characters == .unicode { continue }
        scalar = " "
      } else if isWide, x + 1 == columns {
        scalar = " "
      }
      var encoded = pen.blank
      if characters == .unicode, !canvas.marks.isEmpty, let marks = canvas.marks[index] {
        let marked = [wchar_t(scalar.value)] + marks.map { wchar_t($0.value) } + [0]
        setcchar(&encoded, marked, pen.attributes, 0, &pen.pair)
      } else {
        // As `setcchar` does for one character, without a call for each cell.
        encoded.chars.0 = wchar_t(scalar.value)
      }
      row.append(encoded)
    }
    return row
  }

  private mutating func pen(of style: Style) -> Pen {
    if pens.isEmpty { pens = Array(repeating: nil, count: Style.allCases.count) }
    let number = Int(style.rawValue)
    if let pen = pens[number] { return pen }
    let (attributes, pair) = colors.attributes(of: theme[style])
    var pen = Pen(attributes: attributes, pair: pair)
    let blank: [wchar_t] = [wchar_t(UInt8(ascii: " ")), 0]
    setcchar(&pen.blank, blank, attributes, 0, &pen.pair)
    pens[number] = pen
    return pen
  }
}
