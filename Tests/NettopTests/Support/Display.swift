/// What a terminal shows at a moment, and the modes that programs set and may forget.
struct Display: Equatable, CustomStringConvertible {
  /// Asks tmux for the modes.
  static let format = """
    #{alternate_on} #{cursor_flag} #{keypad_flag} #{keypad_cursor_flag} #{mouse_any_flag} \
    #{insert_flag} #{origin_flag} #{wrap_flag} #{scroll_region_upper} #{scroll_region_lower}
    """

  /// As `format` has them.
  let modes: String
  /// The lines with the sequences of their styles.
  let styled: [String]
  let lines: [String]

  init(_ answer: String) {
    let all = answer.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    modes = all.first ?? ""
    styled = Array(all.dropFirst().dropLast())
    lines = styled.map { line in
      var line = line.replacing(/\u{1b}\[[0-9;:]*m/, with: "")
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  var text: String { lines.joined(separator: "\n") }
  var description: String { "[\(modes)]\n\(text)" }

  func contains(_ text: String) -> Bool { self.text.contains(text) }

  /// Whether a program has the whole screen to itself.
  var isAlternate: Bool { modes.hasPrefix("1") }

  /// Whether a program takes the mouse.
  var isMouseTaken: Bool { modes.split(separator: " ").dropFirst(4).first == "1" }

  var isCursorShown: Bool { modes.split(separator: " ").dropFirst().first == "1" }
}

// The screen of nettop.
extension Display {
  /// Where the titles of the columns are.
  var titleLine: Int? {
    lines.firstIndex { $0.contains("PROCESS") && $0.contains("REMOTE") }
  }

  /// The rows of the table.
  var rows: [String] {
    guard let titleLine else { return [] }
    return Array(lines[(titleLine + 1)..<max(titleLine + 1, lines.count - 1)])
  }

  /// On which of the rows the selection is.
  var selected: Int? {
    guard let titleLine else { return nil }
    let rows = styled.dropFirst(titleLine + 1).dropLast()
    return rows.firstIndex { $0.contains(/\u{1b}\[(0;)?7m/) }.map { $0 - titleLine - 1 }
  }

  /// The numbers of the first and the last row on the screen, and how many there are.
  var range: (first: Int, last: Int, count: Int)? {
    guard let match = text.firstMatch(of: /(\d+)-(\d+) of (\d+) by/),
      let first = Int(match.1), let last = Int(match.2), let count = Int(match.3)
    else { return nil }
    return (first, last, count)
  }

  /// The column and the direction that the header says rows are ordered by.
  var order: String? {
    text.firstMatch(of: /by (\S+[▲▼])/).map { String($0.1) }
  }

  /// The titles that are marked as ordered by.
  var marked: [String] {
    guard let titleLine else { return [] }
    return lines[titleLine].split(separator: " ").map(String.init)
      .filter { $0.hasSuffix("▲") || $0.hasSuffix("▼") }
  }
}
