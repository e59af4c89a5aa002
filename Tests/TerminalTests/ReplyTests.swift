import Testing

@testable import Terminal

@Suite struct ReplyTests {
  @Test(arguments: [
    ("\u{1B}]11;rgb:0000/0000/0000\u{7}", InputDecoder.Decoded.input(.background(.dark))),
    ("\u{1B}]11;rgb:ff/ff/ff\u{1B}\\", .input(.background(.light))),
    ("\u{1B}]11;rgba:f/f/f/f\u{1B}\\", .input(.background(.light))),
    ("\u{1B}[?2026;1$y", .reply(.synchronizedOutput(true))),
    ("\u{1B}[?2026;2$y", .reply(.synchronizedOutput(true))),
    ("\u{1B}[?2026;0$y", .reply(.synchronizedOutput(false))),
    ("\u{1B}[?2026;4$y", .reply(.synchronizedOutput(false))),
    ("\u{1B}[?62;22c", .reply(.attributes)),
  ])
  func isUnderstood(text: String, decoded: InputDecoder.Decoded) {
    var decoder = InputDecoder()
    #expect(decoder.decode("a\(text)b".utf8) == [key("a"), decoded, key("b")])
    #expect("a\(text)b".utf8.flatMap { decoder.decode([$0]) } == [key("a"), decoded, key("b")])
  }

  @Test(arguments: [
    "\u{1B}]11;\u{7}", "\u{1B}]10;rgb:0/0/0\u{7}", "\u{1B}]11;rgb:0/0\u{1B}\\",
    "\u{1B}]1;rgb:0/0/0\u{7}", "\u{1B}[?2027;1$y", "\u{1B}[2026;1$y", "\u{1B}[?2026;1y",
    "\u{1B}P1$r0m\u{1B}\\",
  ])
  func isIgnored(text: String) {
    var decoder = InputDecoder()
    #expect(decoder.decode("a\(text)b".utf8) == [key("a"), key("b")])
  }

  private func key(_ character: Character) -> InputDecoder.Decoded {
    .input(.key(.character(character)))
  }
}
