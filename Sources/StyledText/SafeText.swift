import CWidth
import Glibc

/// Text from anywhere (a process names itself as it likes) made fit for the cells of a terminal.
package enum SafeText {
  /// A character and the marks that join it, as wide as `columns` cells.
  package struct Glyph: Hashable {
    package var scalar: Unicode.Scalar
    /// 1 or 2.
    package var columns: Int
    package var marks: [Unicode.Scalar] = []
  }

  package static let ellipsis = Glyph(scalar: "…", columns: 1)
  /// Pairs of these are flags, and terminals differ in how wide a pair is.
  private static let regionalIndicators: ClosedRange<Unicode.Scalar> = "\u{1F1E6}"..."\u{1F1FF}"
  private static let unfit = Glyph(scalar: "?", columns: 1)

  /// How many marks may join a character; ncurses holds no more in a cell.
  private static let marksPerGlyph = 4

  /// Whether the text is as safe as it stands, a byte a column. Nearly all text is.
  package static func isPrintableASCII(_ text: String) -> Bool {
    text.utf8.allSatisfy { 0x20 <= $0 && $0 < 0x7F }
  }

  /// The text in glyphs. What has no place in a cell is `?`, and so is a mark with nothing to join.
  package static func glyphs(of text: String) -> [Glyph] {
    var glyphs: [Glyph] = []
    glyphs.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch known(scalar) {
      case 0:
        if glyphs.isEmpty {
          glyphs.append(unfit)
        } else if glyphs[glyphs.count - 1].marks.count < marksPerGlyph {
          glyphs[glyphs.count - 1].marks.append(scalar)
        }
      case .some(let columns):
        glyphs.append(Glyph(scalar: scalar, columns: columns))
      case nil:
        glyphs.append(unfit)
      }
    }
    return glyphs
  }

  /// As many of the glyphs as fit into this many columns, with `…` in place of the others.
  package static func cut(_ glyphs: [Glyph], toColumns limit: Int) -> [Glyph] {
    if glyphs.reduce(0, { $0 + $1.columns }) <= limit { return glyphs }
    guard limit > 0 else { return [] }
    var length = 0
    let fitting = glyphs.prefix { glyph in
      length += glyph.columns
      return length < limit
    }
    return fitting + [ellipsis]
  }

  /// How many columns a text takes, once made safe.
  package static func columns(of text: String) -> Int {
    if isPrintableASCII(text) { return text.utf8.count }
    return glyphs(of: text).reduce(0) { $0 + $1.columns }
  }

  /// A safe text of at most this many columns: ending in `…` where it is cut.
  package static func cut(_ text: String, toColumns limit: Int) -> String {
    if isPrintableASCII(text), text.utf8.count <= limit { return text }
    return self.text(of: cut(glyphs(of: text), toColumns: limit))
  }

  /// A text as a cell of a terminal can hold it: one line, and `?` for whatever could mislead a
  /// reader or the terminal.
  package static func sanitized(_ text: String) -> String {
    isPrintableASCII(text) ? text : self.text(of: glyphs(of: text))
  }

  /// How many columns of another's text a message repeats.
  private static let excerptLimit = 80

  /// The beginning of a text, for a message that repeats it: what anybody typed or wrote may be of
  /// any length.
  package static func excerpt(of text: String) -> String { cut(text, toColumns: excerptLimit) }

  /// The same in quotes.
  package static func quoted(_ text: String) -> String { "'\(excerpt(of: text))'" }

  private static func text(of glyphs: [Glyph]) -> String {
    var safe = String.UnicodeScalarView()
    for glyph in glyphs {
      safe.append(glyph.scalar)
      safe.append(contentsOf: glyph.marks)
    }
    return String(safe)
  }

  private static func known(_ scalar: Unicode.Scalar) -> Int? {
    let value = Int(scalar.value)
    return value < common.count ? common[value].map(Int.init) : columns(of: scalar)
  }

  /// The columns of the scalars that screens are full of: units, lines, arrows, blocks, Braille.
  private static let common: [Int8?] = (0..<0x3000).map { value in
    Unicode.Scalar(UInt32(value)).flatMap { columns(of: $0) }.map { Int8($0) }
  }

  /// The cells that a scalar takes, 0 for one that joins the cell before, nil for an unfit one.
  private static func columns(of scalar: Unicode.Scalar) -> Int? {
    if scalar.isASCII { return 0x20 <= scalar.value && scalar.value < 0x7F ? 1 : nil }
    let properties = scalar.properties
    switch properties.generalCategory {
    case .control, .format, .unassigned, .surrogate, .privateUse, .lineSeparator,
      .paragraphSeparator:
      return nil
    default:
      // Invisible characters make two names look the same; selectors and skin tones change a width
      // in some terminals only.
      if properties.isDefaultIgnorableCodePoint || properties.isEmojiModifier { return nil }
      if regionalIndicators.contains(scalar) { return nil }
      // The widths of the C library hold for the thread's locale, which need not be UTF-8.
      let previous = widths.map { uselocale($0) }
      defer { if let previous { uselocale(previous) } }
      let columns = wcwidth(wchar_t(scalar.value))
      return (0...2).contains(columns) ? Int(columns) : nil
    }
  }

  /// A locale with the widths of Unicode. Without one on the host, all but ASCII is unfit.
  ///
  /// Unsafe to the compiler only: a locale never changes, and this one is never freed.
  private nonisolated(unsafe) static let widths: locale_t? =
    ["C.UTF-8", "en_US.UTF-8", ""].lazy
    .compactMap { name in name.withCString { newlocale(Int32(1) << LC_CTYPE, $0, nil) } }
    .first
}
