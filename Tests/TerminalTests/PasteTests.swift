import Testing

@testable import Terminal

@Suite struct PasteTests {
  @Test(arguments: [
    ("pid=1234", "pid=1234"), ("", ""), ("q\r\nq\r", "q q"), ("\n\na\n\n\nb\n", "a b"),
    ("a\tb", "a b"), ("\u{1B}[Aq\u{3}\u{0}\u{7F}\u{9B}", "[Aq"), ("größe 日本 🚀", "größe 日本 🚀"),
    ("\u{1B}[20x\u{1B}\u{1B}", "[20x"), ("\u{1B}[200~", "[200~"),
  ])
  func deliversTextInOnePiece(pasted: String, text: String) {
    let bytes = Array("a\u{1B}[200~\(pasted)\u{1B}[201~b".utf8)
    let expected: [InputDecoder.Decoded] = [
      .input(.key(.character("a"))), .input(.pasted(text)), .input(.key(.character("b"))),
    ]
    var whole = InputDecoder()
    #expect(whole.decode(bytes) == expected)
    var slow = InputDecoder()
    #expect(bytes.flatMap { slow.decode([$0]) } == expected)
  }

  @Test func boundsIt() throws {
    var decoder = InputDecoder()
    let flood = String(repeating: "é", count: 50_000) + "日"
    _ = decoder.decode("x\u{1B}[200~x\(flood)".utf8)
    #expect(decoder.waiting == .paste)
    let decoded = decoder.decode("\u{1B}[201~q".utf8)
    try #require(decoded.count == 2)
    guard case .input(.pasted(let text)) = decoded[0] else {
      Issue.record("\(decoded[0])")
      return
    }
    // The limit falls within a character.
    #expect(text == "x" + String(repeating: "é", count: (65536 - 2) / 2))
    #expect(decoded[1] == .input(.key(.character("q"))))
  }

  @Test func endsWhenNothingFollows() {
    var decoder = InputDecoder()
    #expect(decoder.decode("\u{1B}[200~abc".utf8) == [])
    #expect(decoder.waiting == .paste)
    #expect(decoder.expire() == [.input(.pasted("abc"))])
    // The rest may come late, as a burst; a key that comes alone is none of it.
    #expect(decoder.waiting == .restOfPaste)
    #expect(decoder.decode("x".utf8, at: .seconds(1)) == [.input(.key(.character("x")))])
    #expect(decoder.waiting == nil)
  }

  /// Keys that come one by one do not keep a paste from ending that was cut off.
  @Test func keysAreKeysAgainAfterAPause() {
    var decoder = InputDecoder()
    #expect(decoder.decode("\u{1B}[200~abc".utf8, at: .seconds(10)) == [])
    for tick in 1...4 {
      #expect(decoder.decode("q".utf8, at: .seconds(10) + .milliseconds(tick * 100)) == [])
    }
    #expect(decoder.pasteDeadline == .milliseconds(10_500))
    #expect(decoder.expire() == [.input(.pasted("abcqqqq"))])
    #expect(decoder.waiting == .restOfPaste)
    #expect(decoder.decode("\u{3}".utf8, at: .seconds(11)) == [.input(.key(.control("c")))])
    #expect(decoder.waiting == nil)
    let two = decoder.decode("\r\r".utf8, at: .milliseconds(11_100))
    #expect(two == [.input(.key(.enter)), .input(.key(.enter))])
  }

  @Test(arguments: ["\u{1B}", "é", "\u{1B}OA", "\u{1B}[<64;3;4M\u{1B}[<64;3;4M"])
  func whateverTheFirstIs(typed: String) {
    var fresh = InputDecoder()
    let expected = fresh.decode(typed.utf8)
    var decoder = InputDecoder()
    _ = decoder.decode("\u{1B}[200~abc".utf8, at: .seconds(10))
    _ = decoder.expire()
    #expect(decoder.decode(typed.utf8, at: .seconds(20)) == expected)
    #expect(decoder.waiting == fresh.waiting)
  }

  /// A slow network may deliver a paste in parts, and none of it may act as keys.
  @Test(arguments: ["k\r", "k\u{1B}[201~", "\u{1B}[201~", "q\u{3}"])
  func theRestOfAPasteIsNoKeys(rest: String) {
    var decoder = InputDecoder()
    _ = decoder.decode("\u{1B}[200~abc".utf8, at: .seconds(10))
    #expect(decoder.expire() == [.input(.pasted("abc"))])
    let decoded = decoder.decode(rest.utf8, at: .seconds(12)) + decoder.expire()
    let text = rest.prefix { $0 == "k" || $0 == "q" }
    #expect(decoded == [.input(.pasted(String(text)))])
  }

  /// A serial line delivers it byte by byte.
  @Test func bytesThatFollowFastAreABurst() {
    var decoder = InputDecoder()
    _ = decoder.decode("\u{1B}[200~".utf8, at: .seconds(10))
    var time = Duration.seconds(10)
    for byte in "a long text".utf8 {
      time += .milliseconds(10)
      #expect(decoder.decode([byte], at: time) == [])
    }
    #expect(decoder.pasteDeadline == time + Paste.pause)
  }

  @Test func theRestOfAPasteIsNotAwaitedForEver() {
    var decoder = InputDecoder()
    _ = decoder.decode("\u{1B}[200~abc".utf8, at: .seconds(10))
    _ = decoder.expire()
    #expect(decoder.expire() == [])
    #expect(decoder.waiting == nil)
    #expect(decoder.decode("xy".utf8, at: .seconds(20)).count == 2)
  }

  @Test func anEndWithoutABeginningIsNothing() {
    var decoder = InputDecoder()
    #expect(decoder.decode("\u{1B}[201~x".utf8) == [.input(.key(.character("x")))])
  }
}
