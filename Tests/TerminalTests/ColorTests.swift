import Testing

@testable import Terminal

@Suite struct ColorTests {
  @Test(arguments: [
    ("#d78700", Color.exact(RGB(red: 0xD7, green: 0x87, blue: 0)), "#d78700"),
    ("#00000F", .hex(0x00000F), "#00000f"),
    ("208", .indexed(208), "208"), ("255", .indexed(255), "255"),
    ("red", .red, "red"), ("BrightRed", .named(.brightRed), "brightred"),
    ("0", .black, "black"), ("15", .named(.brightWhite), "brightwhite"),
  ])
  func readsAndWrites(text: String, color: Color, written: String) throws {
    #expect(try Color(text) == color)
    #expect(color.description == written)
    #expect(try Color(written) == color)
  }

  @Test(arguments: [
    "", "#", "#12345", "#1234567", "#12345g", "#+12345", "d78700", "256", "-1", "+1", "1.5",
    "reddish",
    "bright red", " red",
  ])
  func saysHowToWriteAColour(text: String) throws {
    let error = try #require(throws: Color.TextError.self) { try Color(text) }
    #expect(error.description.hasPrefix("\"\(text)\" is not a colour. Write #rrggbb"))
    #expect(error.description.hasSuffix("brightcyan, brightwhite."))
  }

  @Test func hasXTermsPalette() {
    #expect(Palette.colors.count == 256)
    #expect(Palette.colors[16] == RGB(0) && Palette.colors[231] == RGB(0xFFFFFF))
    #expect(Palette.colors[208] == RGB(0xFF8700))
    #expect(Palette.colors[232] == RGB(0x080808) && Palette.colors[255] == RGB(0xEEEEEE))
  }

  @Test(arguments: 16..<256)
  func findsEveryColourOfThePaletteItself(number: Int) {
    let nearest = Palette.nearest(to: Palette.colors[number], among: 16..<256)
    #expect(Palette.colors[nearest.number] == Palette.colors[number] && nearest.distance == 0)
  }

  @Test(arguments: [
    (Color.hex(0xFF8800), ColorDepth.palette, Int32(208)), (.hex(0x1E1E1E), .palette, 234),
    (.red, .palette, 1), (.indexed(208), .palette, 208), (.named(.brightRed), .palette, 9),
    (.hex(0xFF2010), .sixteen, 9), (.hex(0x8A8A8A), .sixteen, 8), (.named(.brightRed), .sixteen, 9),
    (.hex(0xB00010), .eight, 1), (.named(.brightRed), .eight, 1), (.named(.brightBlack), .eight, 7),
    (.hex(0xD0D0D0), .eight, 7), (.hex(0xFFAF00), .eight, 3), (.indexed(21), .eight, 4),
    (.hex(0xFF8800), .direct(palette: 8), 0xFF8800), (.red, .direct(palette: 8), 1),
    (.named(.brightRed), .direct(palette: 8), 0xFF0000),
    (.hex(0x000000), .direct(palette: 8), 0x100),
    (.hex(0x0000FF), .direct(palette: 256), 0x1FF), (.indexed(208), .direct(palette: 256), 208),
    (.indexed(208), .direct(palette: 16), 0xFF8700),
  ])
  func showsTheNearest(color: Color, depth: ColorDepth, number: Int32) {
    #expect(depth.number(of: color).number == number)
  }

  /// A colour that is meant to be grey takes no hue, however coarse the terminal.
  @Test func greyStaysGrey() {
    for level in stride(from: 0 as UInt8, through: 250, by: 5) {
      let grey = Color.exact(RGB(red: level, green: level, blue: level))
      #expect([0, 7].contains(ColorDepth.eight.number(of: grey).number))
      #expect([0, 7, 8, 15].contains(ColorDepth.sixteen.number(of: grey).number))
    }
  }

  @Test(arguments: [
    ("rgb:0000/0000/0000", Background.dark), ("rgb:ffff/ffff/ffff", .light), ("rgb:f/f/f", .light),
    ("rgb:1e/1e/1e", .dark), ("rgb:fdf/f6f/e3e", .light), ("rgba:ffff/ffff/ffff/ffff", .light),
    ("rgba:0/0/0/f", .dark), ("rgb:FF/FF/FF", .light), ("rgb:8080/8080/8080", .light),
  ])
  func knowsDarkFromLight(answer: String, background: Background) {
    #expect(Background(answer: answer) == background)
  }

  @Test(arguments: [
    "", "rgb:", "rgb:0/0", "rgb:0/0/0/0", "rgba:0/0/0", "rgb:00000/0/0", "rgb:x/0/0", "rgb://", "?",
    "rgb:-1/0/0", "hsl:0/0/0", "rgb:0/0/",
  ])
  func knowsNothingFromABadAnswer(answer: String) {
    #expect(Background(answer: answer) == nil)
  }

  @Test(arguments: [
    ("15;0", Background.dark), ("0;15", .light), ("0;default;15", .light), ("12;8", .dark),
    ("0;7", .light), ("default;default", nil), ("", nil), ("7", nil), ("0;16", nil),
  ])
  func takesTheEnvironmentsWord(text: String, background: Background?) {
    #expect(Background(colorFGBG: text) == background)
  }
}
