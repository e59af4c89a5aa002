import StyledText
import Terminal
import Testing

@Suite struct CanvasTests {
  @Test func startsBlank() {
    #expect(Canvas(width: 3, height: 2).lines == ["", ""])
    #expect(Canvas(width: -1, height: -1).lines == [])
  }

  @Test func writesAndReturnsTheColumnAfter() {
    var canvas = Canvas(width: 10, height: 2)
    #expect(canvas.write("abc", x: 1, y: 0) == 4)
    #expect(canvas.write("d", x: 5, y: 1, width: 3) == 8)
    #expect(canvas.lines == [" abc", "     d"])
  }

  @Test func alignsToTheRight() {
    var canvas = Canvas(width: 10, height: 1)
    canvas.write("12", x: 0, y: 0, width: 4, align: .right)
    canvas.write("日", x: 4, y: 0, width: 4, align: .right)
    #expect(canvas.lines == ["  12  日"])
  }

  @Test(arguments: [
    ("abcdef", 4, "abc…"), ("abcd", 4, "abcd"), ("ab", 1, "…"), ("ab", 0, ""), ("ab", -3, ""),
    ("日本語", 6, "日本語"), ("日本語", 5, "日本…"), ("日本語", 4, "日…"), ("日本", 1, "…"),
    ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
  ])
  func cutsTextTooLongForItsField(text: String, width: Int, shown: String) {
    for align in [TextAlignment.left, .right] {
      var canvas = Canvas(width: 10, height: 1)
      canvas.write(text, x: 0, y: 0, width: width, align: align)
      #expect(canvas.lines[0].trimmingPrefix(while: { $0 == " " }) == shown)
      #expect(SafeText.columns(of: canvas.lines[0]) <= max(0, width))
    }
  }

  @Test func padsInTheStyleOfTheField() {
    let style = Style.alarm
    var canvas = Canvas(width: 6, height: 1)
    canvas.write("xxxxxx", x: 0, y: 0)
    canvas.write("a", x: 1, y: 0, width: 3, style: style)
    #expect(canvas.lines == ["xa  xx"])
    #expect(
      (0..<6).map { canvas.style(x: $0, y: 0) == style } == [false, true, true, true, false, false]
    )
  }

  @Test func fillsStyleAndKeepsText() {
    var canvas = Canvas(width: 4, height: 1)
    canvas.write("abcd", x: 0, y: 0)
    canvas.fill(x: 1, y: 0, width: 2, style: .new)
    #expect(canvas.lines == ["abcd"])
    #expect((0..<4).map { canvas.style(x: $0, y: 0) } == [.plain, .new, .new, .plain])
    canvas.fill(y: 0, style: .high)
    #expect((0..<4).allSatisfy { canvas.style(x: $0, y: 0) == .high })
    canvas.fill(x: -5, y: 0, width: 6, style: .sent)
    #expect((0..<4).map { canvas.style(x: $0, y: 0) } == [.sent, .high, .high, .high])
    canvas.fill(y: 1, style: .high)
    canvas.fill(y: -1, style: .high)
    #expect(canvas.style(x: 0, y: 1) == .plain && canvas.style(x: 4, y: 0) == .plain)
  }

  @Test func clipsAtEveryEdge() {
    var canvas = Canvas(width: 3, height: 1)
    #expect(canvas.write("abcde", x: -1, y: 0) == 4)
    #expect(canvas.lines == ["bcd"])
    #expect(canvas.write("zz", x: 3, y: 0) == 5)
    #expect(canvas.write("zz", x: -2, y: 0) == 0)
    canvas.write("zz", x: 0, y: 1)
    canvas.write("zz", x: 0, y: -1)
    canvas.write("zz", x: .max, y: 0, width: .max)
    canvas.write("zz", x: .min, y: .min, width: .max)
    #expect(canvas.lines == ["bcd"])
  }

  @Test func aWideCharacterTakesTwoCells() {
    var canvas = Canvas(width: 6, height: 1)
    #expect(canvas.write("日x🚀", x: 0, y: 0) == 5)
    #expect(canvas.lines == ["日x🚀"])
    canvas.write("!", x: 5, y: 0)
    #expect(canvas.lines == ["日x🚀!"])
  }

  @Test func aWideCharacterCutByAnEdgeIsBlank() {
    var canvas = Canvas(width: 3, height: 1)
    canvas.write("a日日", x: 0, y: 0)
    #expect(canvas.lines == ["a日"])
    canvas.write("日日", x: 0, y: 0)
    #expect(canvas.lines == ["日"])
    canvas.write("日日", x: -1, y: 0)
    #expect(canvas.lines == [" 日"])
  }

  @Test func overwritingHalfOfAWideCharacterBlanksTheOther() {
    var canvas = Canvas(width: 4, height: 1)
    canvas.write("日\u{302}本", x: 0, y: 0)
    canvas.write("x", x: 1, y: 0)
    #expect(canvas.lines == [" x本"])
    canvas.write("y", x: 2, y: 0)
    #expect(canvas.lines == [" xy"])
  }

  @Test func marksGoWithTheirCharacter() {
    var canvas = Canvas(width: 3, height: 1)
    #expect(canvas.write("e\u{301}x", x: 0, y: 0) == 2)
    #expect(canvas.lines == ["e\u{301}x"])
    canvas.write("o", x: 0, y: 0)
    #expect(canvas.lines == ["ox"])
  }

  @Test func equalContentIsEqual() {
    var one = Canvas(width: 4, height: 1)
    var other = one
    one.write("e\u{301}日", x: 0, y: 0)
    #expect(one != other)
    other.write("日日", x: 0, y: 0)
    other.write("e\u{301}日 ", x: 0, y: 0)
    #expect(one == other)
  }
}
