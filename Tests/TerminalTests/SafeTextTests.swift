import StyledText
import Terminal
import Testing

@Suite struct SafeTextTests {
  @Test(arguments: [
    ("plain", "plain", 5),
    ("\u{1B}[31mred\u{7}", "?[31mred?", 9),
    ("a\tb\r\nc\0", "a?b??c?", 7),
    ("\u{7F}\u{9B}31m", "??31m", 5),
    ("a\u{202E}b\u{2066}c\u{200D}d\u{200B}e\u{FEFF}", "a?b?c?d?e?", 10),
    ("a\u{2028}b\u{2029}", "a?b?", 4),
    ("\u{E000}\u{10FFFF}\u{0378}", "???", 3),
    ("\u{301}a", "?a", 2),
    ("\u{3164}\u{115F}\u{FE0F}", "???", 3),
    ("größe", "größe", 5),
    ("日本語", "日本語", 6),
    ("👍\u{1F3FD}", "👍?", 3),
    ("e\u{301}", "e\u{301}", 1),
    ("🇩🇪", "??", 2), ("❤\u{FE0F}", "❤?", 2), ("👩\u{200D}💻", "👩?💻", 5),
  ])
  func makesTextSafe(text: String, safe: String, columns: Int) {
    #expect(Array(SafeText.sanitized(text).unicodeScalars) == Array(safe.unicodeScalars))
    #expect(SafeText.columns(of: text) == columns)
  }

  @Test func boundsTheMarksOfACell() {
    let zalgo = "a" + String(repeating: "\u{301}\u{35C}", count: 500) + "b"
    #expect(SafeText.sanitized(zalgo).unicodeScalars.count == 6)
    #expect(SafeText.columns(of: zalgo) == 2)
  }

  /// Whatever the text, columns stay straight and what is shown is safe.
  @Test(arguments: 0..<200 as Range<UInt64>)
  func holdsForAnyText(seed: UInt64) {
    var random = SplitMix64(state: seed)
    var canvas = Canvas(
      width: .random(in: 0...12, using: &random),
      height: .random(in: 0...3, using: &random)
    )
    for _ in 0..<100 {
      let text = randomText(using: &random)
      let safe = SafeText.sanitized(text)
      #expect(SafeText.sanitized(safe) == safe)
      #expect(SafeText.columns(of: safe) == SafeText.columns(of: text))

      let x = Int.random(in: -15...15, using: &random)
      let width: Int? = .random(using: &random) ? .random(in: -2...20, using: &random) : nil
      let end = canvas.write(
        text,
        x: x,
        y: .random(in: -1...3, using: &random),
        width: width,
        align: .random(using: &random) ? .left : .right
      )
      #expect(end == x + max(0, width ?? SafeText.columns(of: text)))
      for line in canvas.lines {
        #expect(SafeText.columns(of: line) <= canvas.width)
        #expect(SafeText.sanitized(line) == line)
      }
    }
  }

  private func randomText(using random: inout SplitMix64) -> String {
    let pools: [ClosedRange<UInt32>] = [
      0x20...0x7E, 0...0x9F, 0x300...0x36F, 0x4E00...0x4EFF, 0x1F300...0x1F6FF, 0x2000...0x206F,
      0...0x10FFFF,
    ]
    var text = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0...20, using: &random) {
      let pool = pools[Int.random(in: 0..<pools.count, using: &random)]
      if let scalar = Unicode.Scalar(UInt32.random(in: pool, using: &random)) {
        text.append(scalar)
      }
    }
    return String(text)
  }
}

/// A small generator with a seed, so that a failure can be had again.
private struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
