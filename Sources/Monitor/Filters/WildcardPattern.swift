/// A text to be equal to, whatever its case. In it, `*` stands for any text; `\*` and `\\` for the
/// star and the backslash.
package struct WildcardPattern: Hashable, Sendable {
  /// As it is written.
  let text: String
  /// The bytes between the stars, in lower case.
  private let pieces: [[UInt8]]

  init(_ text: String) {
    self.text = text
    var pieces: [[UInt8]] = [[]]
    var bytes = Array(text.lowercased().utf8)[...]
    while let byte = bytes.popFirst() {
      if byte == UInt8(ascii: "*") {
        pieces.append([])
      } else if byte == UInt8(ascii: "\\"), let next = bytes.first, Self.isSpecial(next) {
        pieces[pieces.count - 1].append(bytes.removeFirst())
      } else {
        pieces[pieces.count - 1].append(byte)
      }
    }
    self.pieces = pieces
  }

  /// The pattern that only this text is equal to.
  package static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text {
      if character.utf8.count == 1, character.utf8.allSatisfy(isSpecial) { escaped.append("\\") }
      escaped.append(character)
    }
    return escaped
  }

  private static func isSpecial(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "*") || byte == UInt8(ascii: "\\")
  }

  /// Whether it has a star.
  var isWild: Bool { pieces.count > 1 }

  func matches(_ other: String) -> Bool {
    let bytes = Array(other.lowercased().utf8)
    guard let first = pieces.first, let last = pieces.last, isWild else {
      return bytes == pieces[0]
    }
    guard bytes.count >= first.count + last.count, bytes.starts(with: first) else { return false }
    var rest = bytes[first.count...]
    guard rest.suffix(last.count).elementsEqual(last) else { return false }
    rest = rest.dropLast(last.count)
    // The first place of each piece leaves the most room for those behind it.
    for piece in pieces.dropFirst().dropLast() {
      guard let end = Self.end(of: piece, in: rest) else { return false }
      rest = rest[end...]
    }
    return true
  }

  private static func end(of piece: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
    var start = bytes.startIndex
    while start + piece.count <= bytes.endIndex {
      if bytes[start...].starts(with: piece) { return start + piece.count }
      start += 1
    }
    return nil
  }
}
