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
    #expect(decoder.waiting == nil)
    #expect(decoder.decode("x".utf8) == [.input(.key(.character("x")))])
  }

  @Test func anEndWithoutABeginningIsNothing() {
    var decoder = InputDecoder()
    #expect(decoder.decode("\u{1B}[201~x".utf8) == [.input(.key(.character("x")))])
  }
}
