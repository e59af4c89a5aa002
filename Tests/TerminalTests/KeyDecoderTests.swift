import Testing

@testable import Terminal

@Suite struct KeyDecoderTests {
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
    ("\u{1B}[3~\u{1B}[5~\u{1B}[6~\u{1B}[Z", [.delete, .pageUp, .pageDown, .backTab]),
    ("\u{1B}OP\u{1B}[12~\u{1B}[[C\u{1B}[24~", [1, 2, 3, 12].map { .function($0) }),
    ("\u{1B}Ok\u{1B}Op\u{1B}OM", [.character("+"), .character("0"), .enter]),
    ("\u{1B}[1;1A", [.up]),
    // An Escape in front of anything else is the key.
    ("\u{1B}x", [.escape, .character("x")]),
    ("\u{1B}\u{1B}[A", [.escape, .up]),
  ])
  func decodes(text: String, keys: [Key]) {
    var decoder = KeyDecoder()
    #expect(decoder.decode(text.utf8) == keys)
    #expect(decoder.waiting == nil)

    var slow = KeyDecoder()
    #expect(text.utf8.flatMap { slow.decode([$0]) } == keys)
  }

  @Test(arguments: [
    "\u{1B}[99~", "\u{1B}[2~", "\u{1B}[1;5A", "\u{1B}[3;2~", "\u{1B}[?1;2c", "\u{1B}[200~",
    "\u{1B}[97;5u", "\u{1B}Oz", "\u{1B}[[Z", "\u{1B}[<0;10;20M", "\u{1B}[E",
    "\u{1B}]11;rgb:0000/0000/0000\u{7}", "\u{1B}]11;rgb:0/0/0\u{1B}\\", "\u{1B}P1$r0m\u{1B}\\",
    "\0", "\u{1C}", "\u{80}",
  ])
  func ignoresWhatIsNoKey(text: String) {
    var decoder = KeyDecoder()
    #expect(decoder.decode(text.utf8) == [])
    #expect(decoder.decode("x".utf8) == [.character("x")])
  }

  @Test func aBrokenSequenceDoesNotSwallowTheNext() {
    var decoder = KeyDecoder()
    #expect(decoder.decode("\u{1B}[1\u{1B}[A".utf8) == [.up])
    #expect(decoder.decode([0xE6, 0x97] + "x".utf8) == [.character("x")])
    #expect(decoder.decode([0xFF, 0xC0, 0x80, 0xED, 0xA0, 0x80] + "y".utf8) == [.character("y")])
  }

  @Test func aLoneEscapeIsAKeyOnceNothingFollows() {
    var decoder = KeyDecoder()
    #expect(decoder.decode([0x1B]) == [])
    #expect(decoder.waiting == .escape)
    #expect(decoder.expire() == [.escape])
    #expect(decoder.waiting == nil)
    #expect(decoder.expire() == [])
  }

  @Test func anUnfinishedSequenceIsNoText() {
    for text in ["\u{1B}[1;", "\u{1B}O", "\u{1B}[[", "\u{1B}]0;title"] {
      var decoder = KeyDecoder()
      #expect(decoder.decode(text.utf8) == [])
      #expect(decoder.waiting == .rest)
      #expect(decoder.expire() == [])
      #expect(decoder.decode("x".utf8) == [.character("x")])
    }
  }

  @Test func goesByTheTerminalsOwnDescription() {
    var decoder = KeyDecoder(keys: [Array("\u{1B}[11^".utf8): .function(9), [0x1B, 0x78]: .up])
    #expect(decoder.decode("\u{1B}[11^\u{1B}x".utf8) == [.function(9), .up])
    #expect(decoder.decode("\u{1B}[11~".utf8) == [.function(1)])
    #expect(decoder.decode("\u{1B}".utf8) == [])
    #expect(decoder.waiting == .escape)
  }

  /// Whatever comes, it is decoded alike in one piece and in many, and nothing is kept for ever.
  @Test func holdsForAnyBytes() {
    let alphabet: [UInt8] = Array("\u{1B}[O]P~;15AZm\\\u{7}x日".utf8) + [0, 0xFF]
    for _ in 0..<2000 {
      let bytes = (0..<Int.random(in: 0...30)).compactMap { _ in alphabet.randomElement() }
      var whole = KeyDecoder()
      var parts = KeyDecoder()
      #expect(whole.decode(bytes) == bytes.flatMap { parts.decode([$0]) }, "\(bytes)")
      #expect(whole.waiting == parts.waiting)
    }
    var decoder = KeyDecoder()
    let flood = "\u{1B}[" + String(repeating: "1", count: 10000)
    _ = decoder.decode(flood.utf8)
    #expect(decoder.waiting == nil)
  }
}
