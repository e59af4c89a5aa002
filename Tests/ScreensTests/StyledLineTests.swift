import StyledText
import Terminal
import Testing

@testable import Screens

struct StyledLineTests {
  private func cut(_ text: String, _ columns: Int) -> String {
    StyledLine.cut([.init(text)], toColumns: columns).map(\.text).joined()
  }

  static let cuts: [(String, Int, String)] = [
    ("one two three", 13, "one two three"), ("one two three", 12, "one two …"),
    ("one two three", 9, "one two …"), ("one two three", 8, "one two…"),
    // A long word is cut itself.
    ("one two-and-three", 12, "one two-and…"), ("abcdef", 4, "abc…"), ("abcdef", 1, "…"),
    ("abcdef", 0, ""), ("日本 日本語", 7, "日本…"), ("日本語", 5, "日本…"), ("   x", 3, "…"),
  ]

  @Test(arguments: cuts)
  func isCutAfterAWord(_ text: String, _ columns: Int, _ expected: String) {
    #expect(cut(text, columns) == expected)
  }

  @Test func partsKeepTheirStyles() {
    let parts: [StyledLine.Part] = [.init("! 12 alerts", .alarm), .init(" (A) and more")]
    let cut = StyledLine.cut(parts, toColumns: 17)
    #expect(cut.map(\.text) == ["! 12 alerts", " (A) …"])
    #expect(cut.map(\.style) == [.alarm, .plain])
    #expect(StyledLine.cut(parts, toColumns: 11).map(\.style) == [.alarm])
    #expect(StyledLine.cut(parts, toColumns: 11).map(\.text) == ["! 12 alert…"])
  }

  @Test func theRightPartKeepsItsDistance() {
    let line = StyledLine(left: [.init("left")], right: [.init("right")])
    func drawn(_ width: Int) -> String {
      var canvas = Canvas(width: width, height: 1)
      line.draw(into: &canvas, y: 0)
      return canvas.lines[0]
    }
    #expect(drawn(12) == "left   right")
    #expect(drawn(11) == "left  right")
    #expect(drawn(10) == "left")
    #expect(drawn(3) == "le…")
  }
}
