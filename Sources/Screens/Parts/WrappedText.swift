import Monitor
import StyledText

/// Text in lines of at most this many columns, broken between words where it can be.
enum WrappedText {
  static func lines(_ text: String, columns: Int) -> [String] {
    let columns = max(1, columns)
    var lines: [String] = []
    var line = ""
    var width = 0
    for word in SafeText.sanitized(text).split(separator: " ") {
      var rest = Substring(word)
      var length = SafeText.columns(of: String(rest))
      if width > 0, width + 1 + length <= columns {
        line += " \(rest)"
        width += 1 + length
        continue
      }
      if width > 0 { lines.append(line) }
      while length > columns {
        let head = head(of: rest, columns: columns)
        lines.append(head)
        rest = rest.dropFirst(head.count)
        length = SafeText.columns(of: String(rest))
      }
      (line, width) = (String(rest), length)
    }
    return width > 0 ? lines + [line] : lines
  }

  /// As much of a long word as fits, at least one character.
  private static func head(of word: Substring, columns: Int) -> String {
    var head = ""
    var width = 0
    for character in word {
      width += SafeText.columns(of: String(character))
      if width > columns, !head.isEmpty { break }
      head.append(character)
    }
    return head
  }
}
