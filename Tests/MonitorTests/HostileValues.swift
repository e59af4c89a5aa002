import Samples

@testable import Monitor

/// Values of chance, with what formats could trip over.
struct HostileValues {
  private static let scraps = [
    "", "a", "nginx", "true", "null", "5", "1e5", " ", "  ", "\t", "\n", "\r\n", "\r", "\u{0}", ",",
    ";", "\"", "\"\"", "\\", "\\\"", "\\n", "\\u0041", "=", "=cmd|'/C calc'!A0", "'", "#", "--",
    "\u{1b}[31m", "\u{9b}2J", "\u{7f}", "\u{85}", "\u{a0}", "\u{2028}", "\u{2029}", "\u{202e}",
    "\u{feff}", "\u{301}", "e\u{301}", "日本語", "😀", "\u{e000}", "\u{10ffff}", "\u{fffd}",
  ]
  private var generator: SeededGenerator

  init(_ seed: UInt64) {
    generator = SeededGenerator(seed)
  }

  mutating func text() -> String {
    let count = Int.random(in: 0...6, using: &generator)
    return (0..<count).map { _ in Self.scraps.randomElement(using: &generator) ?? "" }.joined()
  }

  mutating func value() -> FieldValue {
    switch Int.random(in: 0..<10, using: &generator) {
    case 0: .null
    case 1: .boolean(Bool.random(using: &generator))
    case 2: .integer(UInt64.random(in: 0...UInt64.max, using: &generator))
    case 3: .real(Double.random(in: 0...1e12, using: &generator))
    case 4: .list([.integer(1), .text(text())])
    case 5: .object([FieldValue.Member(name: "NO_SOCKET", value: .text(text()))])
    default: .text(text())
    }
  }
}

extension String {
  /// Whether a terminal and a reader of lines take it as nothing but text.
  var isHarmless: Bool {
    unicodeScalars.allSatisfy {
      ![.control, .format, .lineSeparator, .paragraphSeparator, .privateUse]
        .contains($0.properties.generalCategory)
    }
  }
}
