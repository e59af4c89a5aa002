import StyledText
import Terminal
import Testing

struct LookTextTests {
  @Test(arguments: [
    ("", Look()), ("red", Look(.red)), ("on blue", Look(nil, on: .blue)),
    ("  bold  RED\ton #303030 ", Look(.red, on: .hex(0x303030), .bold)),
    ("208 dim italic", Look(.indexed(208), [.dim, .italic])),
    ("reverse underline", Look(nil, [.reverse, .underline])),
  ])
  func isReadInAnyOrder(_ text: String, _ look: Look) throws {
    #expect(try Look(text: text) == look)
    #expect(try Look(text: look.text) == look)
  }

  @Test func everyLookOfATheme() throws {
    for (_, theme) in Theme.all {
      for style in Style.allCases {
        #expect(try Look(text: theme[style].text) == theme[style])
        #expect(Style(name: "\(style)") == style)
      }
    }
    #expect(Style(name: "puce") == nil)
  }

  @Test(arguments: [
    ("puce", "\"puce\" is not a colour. Write #rrggbb"), ("#12345", "is not a colour"),
    ("red green", "there are two colours"), ("on", "a colour must follow 'on'"),
    ("on red on blue", "'on' appears twice"), ("red on bold", "\"bold\" is not a colour"),
    ("\u{1b}[31m", "\"?[31m\" is not a colour"),
  ])
  func saysWhatIsWrong(_ text: String, _ reason: String) {
    let error = #expect(throws: Look.TextError.self) { try Look(text: text) }
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
  }
}
