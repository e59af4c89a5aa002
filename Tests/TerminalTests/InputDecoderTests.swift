import Testing

@testable import Terminal

@Suite struct InputDecoderTests {
  @Test(arguments: [
    ("q", [Key.character("q")]),
    ("aé日🚀", [.character("a"), .character("é"), .character("日"), .character("🚀")]),
    ("\r\n\t\u{7F}\u{8}", [.enter, .enter, .tab, .backspace, .backspace]),
    ("\u{3}\u{1A}\u{C}\u{1}", [.control("c"), .control("z"), .control("l"), .control("a")]),
    ("\u{1B}[A\u{1B}[B\u{1B}[C\u{1B}[D", [.up, .down, .right, .left]),
    ("\u{1B}OA\u{1B}OB\u{1B}OC\u{1B}OD", [.up, .down, .right, .left]),
    (
      "\u{1B}[H\u{1B}[F\u{1B}[1~\u{1B}[4~\u{1B}[7~\u{1B}[8~",
      [.home, .end, .home, .end, .home, .end]
    ),
    (
      "\u{1B}[2~\u{1B}[3~\u{1B}[5~\u{1B}[6~\u{1B}[Z",
      [.insert, .delete, .pageUp, .pageDown, .backTab]
    ),
    ("\u{1B}OP\u{1B}[12~\u{1B}[[C\u{1B}[24~", [1, 2, 3, 12].map { .function($0) }),
    ("\u{1B}Ok\u{1B}Op\u{1B}OM", [.character("+"), .character("0"), .enter]),
    ("\u{1B}[1;1A", [.up]),
    // An Escape in front of anything else is the key.
    ("\u{1B}x", [.escape, .character("x")]),
    ("\u{1B}\u{1B}[A", [.escape, .up]),
  ])
  func decodes(text: String, keys: [Key]) {
    var decoder = InputDecoder()
    #expect(decoder.keys(text.utf8) == keys)
    #expect(decoder.waiting == nil)

    var slow = InputDecoder()
    #expect(text.utf8.flatMap { slow.keys([$0]) ?? [] } == keys)
  }

  @Test(arguments: [
    "\u{1B}[99~", "\u{1B}[1;5A", "\u{1B}[3;2~", "\u{1B}[97;5u", "\u{1B}Oz", "\u{1B}[[Z",
    "\u{1B}[E", "\u{1B}]0;title\u{7}", "\u{1B}]0;title\u{1B}\\",
    "\0", "\u{1C}", "\u{80}",
  ])
  func ignoresWhatIsNoKey(text: String) {
    var decoder = InputDecoder()
    #expect(decoder.keys(text.utf8) == [])
    #expect(decoder.keys("x".utf8) == [.character("x")])
  }

  @Test func aBrokenSequenceDoesNotSwallowTheNext() {
    var decoder = InputDecoder()
    #expect(decoder.keys("\u{1B}[1\u{1B}[A".utf8) == [.up])
    #expect(decoder.keys([0xE6, 0x97] + "x".utf8) == [.character("x")])
    #expect(decoder.keys([0xFF, 0xC0, 0x80, 0xED, 0xA0, 0x80] + "y".utf8) == [.character("y")])
  }

  @Test func aLoneEscapeIsAKeyOnceNothingFollows() {
    var decoder = InputDecoder()
    #expect(decoder.keys([0x1B]) == [])
    #expect(decoder.waiting == .escape)
    #expect(decoder.expire() == [.input(.key(.escape))])
    #expect(decoder.waiting == nil)
    #expect(decoder.expire() == [])
  }

  @Test func anUnfinishedSequenceIsNoText() {
    for text in ["\u{1B}[1;", "\u{1B}O", "\u{1B}[[", "\u{1B}]0;title"] {
      var decoder = InputDecoder()
      #expect(decoder.keys(text.utf8) == [])
      #expect(decoder.waiting == .rest)
      #expect(decoder.expire() == [])
      #expect(decoder.keys("x".utf8) == [.character("x")])
    }
  }

  @Test func goesByTheTerminalsOwnDescription() {
    var decoder = InputDecoder(keys: [Array("\u{1B}[11^".utf8): .function(9), [0x1B, 0x78]: .up])
    #expect(decoder.keys("\u{1B}[11^\u{1B}x".utf8) == [.function(9), .up])
    #expect(decoder.keys("\u{1B}[11~".utf8) == [.function(1)])
    #expect(decoder.keys("\u{1B}".utf8) == [])
    #expect(decoder.waiting == .escape)
  }

  /// Whatever comes, it is decoded alike in one piece and in many, and nothing is kept for ever.
  @Test func holdsForAnyBytes() {
    let alphabet: [UInt8] = Array("\u{1B}[O]P~;15AZm\\\u{7}x日".utf8) + [0, 0xFF]
    for _ in 0..<2000 {
      let bytes = (0..<Int.random(in: 0...30)).compactMap { _ in alphabet.randomElement() }
      var whole = InputDecoder()
      var parts = InputDecoder()
      #expect(whole.decode(bytes) == bytes.flatMap { parts.decode([$0]) }, "\(bytes)")
      #expect(whole.waiting == parts.waiting)
    }
    var decoder = InputDecoder()
    let flood = "\u{1B}[" + String(repeating: "1", count: 10000)
    _ = decoder.decode(flood.utf8)
    #expect(decoder.waiting == nil)
  }
}

extension InputDecoder {
  /// What is decoded, where it is keys alone; nil otherwise.
  fileprivate mutating func keys(_ bytes: some Sequence<UInt8>) -> [Key]? {
    let decoded = decode(bytes)
    let keys = decoded.compactMap { decoded in
      if case .input(.key(let key)) = decoded { key } else { nil as Key? }
    }
    return keys.count == decoded.count ? keys : nil
  }
}
