import Monitor
import Terminal

/// One line of text being typed, with a cursor.
struct LineEditor: Hashable, Sendable {
  enum Change: Hashable {
    /// The text is another, or the same if there was nothing to take out.
    case edited
    /// The cursor moved, or was at the edge already.
    case moved
  }

  private(set) var characters: [Character]
  /// The index of the character after the cursor: 0 to their count.
  private(set) var cursor: Int

  /// A text with the cursor at its end.
  init(_ text: String) {
    characters = Array(text)
    cursor = characters.count
  }

  var text: String { String(characters) }

  /// Which characters these Unicode scalars of the text are of.
  func characters(of range: Range<Int>) -> Range<Int> {
    var starts = 0
    let offsets = characters.map { character in
      defer { starts += character.unicodeScalars.count }
      return starts
    }
    let start = offsets.lastIndex { $0 <= range.lowerBound } ?? 0
    if range.lowerBound >= starts { return characters.count..<characters.count }
    return start..<max(start, offsets.firstIndex { $0 >= range.upperBound } ?? characters.count)
  }

  /// How many Unicode scalars precede the cursor.
  var scalarsBeforeCursor: Int {
    characters[..<cursor].reduce(0) { $0 + $1.unicodeScalars.count }
  }

  /// Does what a key does to text.
  ///
  /// - Returns: what changed; `nil` for a key that is none of editing.
  mutating func handle(_ key: Key) -> Change? {
    switch key {
    case .left, .control("b"): return move(to: cursor - 1)
    case .right, .control("f"): return move(to: cursor + 1)
    case .home, .control("a"): return move(to: 0)
    case .end, .control("e"): return move(to: characters.count)
    case .backspace, .control("h"): return remove(cursor - 1..<cursor)
    case .delete, .control("d"): return remove(cursor..<cursor + 1)
    case .control("u"): return remove(0..<cursor)
    case .control("k"): return remove(cursor..<characters.count)
    case .control("w"): return remove(startOfWord..<cursor)
    case .character(let character):
      insert([character])
      return .edited
    default: return nil
    }
  }

  mutating func insert(_ new: [Character]) {
    characters.insert(contentsOf: new, at: cursor)
    cursor += new.count
  }

  /// Puts a text in place of these characters, and the cursor behind it.
  mutating func replace(_ range: Range<Int>, with text: String) {
    let range = range.clamped(to: 0..<characters.count)
    let new = Array(text)
    characters.replaceSubrange(range, with: new)
    cursor = range.lowerBound + new.count
  }

  private mutating func move(to place: Int) -> Change {
    cursor = min(max(0, place), characters.count)
    return .moved
  }

  private mutating func remove(_ range: Range<Int>) -> Change {
    let range = range.clamped(to: 0..<characters.count)
    characters.removeSubrange(range)
    cursor = range.lowerBound
    return .edited
  }

  /// Where the word before the cursor begins, or the one before the blanks before it.
  private var startOfWord: Int {
    var start = cursor
    while start > 0, characters[start - 1].isWhitespace { start -= 1 }
    while start > 0, !characters[start - 1].isWhitespace { start -= 1 }
    return start
  }
}
