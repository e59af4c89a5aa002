import CNcurses
import StyledText

/// Makes what ncurses takes of the rows of a canvas.
struct RowEncoder {
  private let characters: CharacterSet
  private var colors: ColorPairs
  /// By the raw value of a style, once it has been drawn.
  private var looks: [(attributes: attr_t, pair: Int32)?] = []
  var theme = Theme.plain {
    didSet {
      colors.removeAll()
      looks = []
    }
  }
  // A row and a character on their way to ncurses, kept to be used again.
  private var row: [cchar_t] = []
  private var text: [wchar_t] = [0, 0]

  init(characters: CharacterSet, colors: ColorPairs) {
    self.characters = characters
    self.colors = colors
  }

  var depth: ColorDepth { colors.depth }

  /// The first so many columns of a row.
  mutating func encode(row y: Int, of canvas: Canvas, columns: Int) -> [cchar_t] {
    row.removeAll(keepingCapacity: true)
    var style = Style.plain
    var look = self.look(of: style)
    for x in 0..<columns {
      let index = y * canvas.width + x
      let cell = canvas.cells[index]
      if cell.style != style {
        style = cell.style
        look = self.look(of: style)
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
      var encoded = cchar_t()
      if characters == .unicode, !canvas.marks.isEmpty, let marks = canvas.marks[index] {
        let marked = [wchar_t(scalar.value)] + marks.map { wchar_t($0.value) } + [0]
        setcchar(&encoded, marked, look.attributes, 0, &look.pair)
      } else {
        text[0] = wchar_t(scalar.value)
        setcchar(&encoded, text, look.attributes, 0, &look.pair)
      }
      row.append(encoded)
    }
    return row
  }

  private mutating func look(of style: Style) -> (attributes: attr_t, pair: Int32) {
    if looks.isEmpty { looks = Array(repeating: nil, count: Style.allCases.count) }
    let number = Int(style.rawValue)
    if let look = looks[number] { return look }
    let look = colors.attributes(of: theme[style])
    looks[number] = look
    return look
  }
}
