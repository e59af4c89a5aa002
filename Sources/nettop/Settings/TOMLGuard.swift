/// Finds the places where the library for TOML takes for granted that a key or a value follows, and
/// ends the program where none does: `[` at the begin of a line, `=`, `[` and `,` of arrays, and
/// within dates, which no setting takes. And those where it would use up its stack: keys of many
/// parts, and values within many others.
///
/// It reports no more than that: the library reports all other errors itself.
struct TOMLGuard {
  /// What has to come next.
  private enum Want {
    case nothing
    /// After `=`: a value on the same line.
    case value
    /// After `[` or `,` of an array: a value, or the end of the array.
    case element
    /// After `[` or `[[` at the begin of a line.
    case name
  }

  /// A place where such a key or value is missing.
  struct Gap: Hashable {
    /// From 1.
    let line: Int
    let reason: String
  }

  private var bytes: ArraySlice<UInt8>
  private var line = 1
  private var want = Want.nothing
  private var isLineStart = true
  /// The brackets and braces of values that are open.
  private var open: [Character] = []
  /// The parts of the key so far.
  private var parts = 1
  /// Where comments begin, among the bytes that were given.
  private var comments: [Int] = []

  /// Deeper than any setting by far.
  private static let deepest = 16

  private init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    if bytes.starts(with: "\u{feff}".utf8) { self.bytes = bytes.dropFirst(3) }
  }

  /// The first gap in a text, `nil` if it has none.
  static func gap(in text: String) -> Gap? {
    var scanner = TOMLGuard(Array(text.utf8)[...])
    return scanner.gap(inStatement: false)
  }

  /// How many lines the statement has that a text begins with; `nil` if it has a gap, or no end.
  static func lines(ofFirstStatementIn bytes: ArraySlice<UInt8>) -> Int? {
    var scanner = TOMLGuard(bytes)
    guard scanner.gap(inStatement: true) == nil, scanner.open.isEmpty else { return nil }
    return scanner.line
  }

  /// Where the comments of a text begin that has no gap.
  static func comments(in bytes: [UInt8]) -> [Int] {
    var scanner = TOMLGuard(bytes[...])
    _ = scanner.gap(inStatement: false)
    return scanner.comments
  }

  /// - Parameter inStatement: whether to look no further than to the end of the first statement,
  ///   whose last line is then `line`.
  private mutating func gap(inStatement: Bool) -> Gap? {
    while let byte = bytes.popFirst() {
      if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { continue }
      // By itself it ends no line, and is no blank either.
      if byte == UInt8(ascii: "\r"), bytes.first == UInt8(ascii: "\n") { continue }
      let reason = take(Character(Unicode.Scalar(byte)))
      if let reason { return Gap(line: line, reason: reason) }
      if inStatement, isLineStart, byte == UInt8(ascii: "\n") { return nil }
      if byte == UInt8(ascii: "\n") { line += 1 }
    }
    return want == .nothing || want == .element ? nil : Gap(line: line, reason: Self.reason(want))
  }

  /// - Returns: what is missing before this character.
  private mutating func take(_ character: Character) -> String? {
    let (wanted, startsLine) = (want, isLineStart)
    isLineStart = false
    want = .nothing
    switch character {
    case "\n":
      if wanted == .value || wanted == .name { return Self.reason(wanted) }
      isLineStart = open.isEmpty
      want = wanted
      parts = 1
    case "#":
      if wanted == .value || wanted == .name { return Self.reason(wanted) }
      want = wanted
      isLineStart = startsLine
      comments.append(bytes.startIndex - 1)
      bytes = bytes.drop { $0 != UInt8(ascii: "\n") }
    case "[" where startsLine:
      if bytes.first == UInt8(ascii: "[") { bytes.removeFirst() }
      want = .name
    case "]" where wanted == .value, "}" where wanted != .nothing, "," where wanted != .nothing:
      return Self.reason(wanted)
    case "]", "}":
      if wanted == .name { return Self.reason(wanted) }
      _ = open.popLast()
    case "[", "{":
      if wanted == .name { return Self.reason(wanted) }
      open.append(character)
      if open.count > Self.deepest {
        return "a value is within more than \(Self.deepest) arrays and tables"
      }
      want = character == "[" ? .element : .nothing
      parts = 1
    case ",":
      want = open.last == "[" ? .element : .nothing
      parts = 1
    case "." where wanted == .nothing:
      parts += 1
      if parts > Self.deepest { return "a key has more than \(Self.deepest) parts" }
    case "=":
      // A second one is an error that the library reports; the value of the first is missing then.
      want = .value
      if wanted == .name { return Self.reason(wanted) }
    case "\"", "'": skipString(character.asciiValue ?? 0)
    default:
      if wanted == .value || wanted == .element { return takeWord(character) }
      if wanted == .name, !character.isASCII || !(character.isLetter || character.isNumber) {
        if character != "_", character != "-" { return Self.reason(wanted) }
      }
    }
    return nil
  }

  /// Takes a value that is neither a string, an array nor a table.
  ///
  /// - Returns: what is wrong with it.
  private mutating func takeWord(_ first: Character) -> String? {
    let rest = bytes.prefix { !" \t\r\n,]}#".utf8.contains($0) }
    bytes = bytes.dropFirst(rest.count)
    let word = String(first) + String(decoding: rest, as: UTF8.self)
    let isValue = word == "true" || word == "false" || Self.isNumber(word)
    return isValue ? nil : "'\(word)' is neither a number, true, false nor a string in quotes"
  }

  /// Whether the library takes it for a number, if a wrong one, and for no date.
  private static func isNumber(_ word: String) -> Bool {
    var last = UInt8(ascii: "e")
    for byte in word.utf8 {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): break
      case UInt8(ascii: "+"), UInt8(ascii: "-"):
        if last | 0x20 != UInt8(ascii: "e") { return false }
      case UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
        if !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(last) { return false }
      default: return false
      }
      last = byte
    }
    return (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(last)
  }

  private static func reason(_ want: Want) -> String {
    switch want {
    case .nothing: ""
    case .value: "a value must follow '='"
    case .element: "a value must follow '[' and ','"
    case .name: "a name must follow '[' at the start of a line"
    }
  }

  /// Skips the rest of a string, of which the first quote has been taken.
  private mutating func skipString(_ quote: UInt8) {
    let isLong = bytes.starts(with: [quote, quote])
    if isLong { bytes = bytes.dropFirst(2) }
    while let byte = bytes.first {
      if byte == UInt8(ascii: "\n"), !isLong { return }
      bytes.removeFirst()
      if byte == UInt8(ascii: "\n") { line += 1 }
      if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
        if let escaped = bytes.popFirst(), escaped == UInt8(ascii: "\n") { line += 1 }
      } else if byte == quote {
        if !isLong { return }
        guard bytes.starts(with: [quote, quote]) else { continue }
        bytes = bytes.dropFirst(2)
        // Two more belong to the text before the end.
        for _ in 0..<2 where bytes.first == quote { bytes.removeFirst() }
        return
      }
    }
  }
}
