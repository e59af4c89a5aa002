import Connections
import Samples
import Terminal
import Testing

@testable import Monitor
@testable import Screens

struct HelpTests {
  @Test(arguments: [
    (Context.table, [] as [Key]), (.details, [.down, .enter]), (.columns, [.function(2)]),
    (.menu, [.down, .character("k")]),
  ])
  func theKeysOfThePlaceComeFirst(_ context: Context, _ keys: [Key]) {
    var state = Sample.state()
    for key in keys { state.press(key) }
    #expect(state.context == context)
    state.press(.function(1))
    #expect(state.context == .help)
    #expect(state.screen(80, 24)[1] == context.title)
    state.press(.escape)
    #expect(state.context == context)
  }

  @Test func theSearchLeavesWhatHasTheText() {
    var state = Sample.state()
    state.press(.character("?"))
    state.type("/tCPdump")
    let screen = state.screen(100, 24)
    #expect(screen[1] == Context.table.title)
    #expect(screen[2].contains("copy the tcpdump command"))
    #expect(screen[3].isEmpty)
    #expect(screen[4] == Context.details.title)
    #expect(screen[5] == screen[2])
    #expect(screen[6].isEmpty && screen[7].isEmpty)
    #expect(screen[23].hasPrefix("Search: tCPdump"))
    state.press(.enter)
    #expect(state.screen(100, 24)[2] == screen[2])
    // Esc takes the search away first, and leaves then.
    state.press(.escape)
    #expect(state.screen(100, 24)[23].contains("/ Search"))
    state.press(.escape)
    #expect(state.panes.isEmpty)
  }

  @Test func whatIsNotFoundIsTold() {
    var state = Sample.state()
    state.press(.character("?"))
    state.type("/no such thing")
    #expect(state.screen(80, 24)[1] == "Nothing here matches \"no such thing\".")
    state.press(.control("u"))
    #expect(state.screen(80, 24)[1] == Context.table.title)
  }

  @Test func lettersAreTextWhileSearching() {
    var state = Sample.state()
    state.press(.character("?"), .character("/"))
    #expect(state.handle(.character("q")) == nil)
    #expect(state.handle(.function(10)) == nil)
    #expect(state.isSearching)
    #expect(state.handle(.control("c")) == .quit)
    state.press(.backspace, .backspace, .escape)
    #expect(!state.isSearching)
    #expect(state.handle(.character("q")) == .quit)
  }

  @Test func aPasteIsSearched() {
    var state = Sample.state()
    state.press(.character("?"), .character("/"))
    state.paste(String(repeating: "x", count: 100_000))
    #expect(state.screen(80, 24)[23].hasPrefix("Search: xxx"))
    state.press(.control("u"))
    state.paste("tcpdump")
    #expect(state.screen(80, 24)[2].contains("tcpdump"))
  }

  @Test func theSearchBeginsAtTheTop() {
    var state = Sample.state()
    state.press(.character("?"), .end)
    state.type("/ss")
    #expect(state.screen(80, 24)[1].hasPrefix("In the"))
    guard case .help(let pane) = state.panes.last else {
      Issue.record("the help is open")
      return
    }
    #expect(pane.top == 0)
  }

  @Test(arguments: [40, 60, 80, 81, 120, 200])
  func nothingIsCutOff(_ width: Int) {
    var state = Sample.state()
    state.press(.character("?"))
    let lines = Array(state.screen(width, 2000).dropFirst().dropLast())
    let text = lines.joined(separator: " ").split(separator: " ").joined(separator: " ")
    let meanings = Binding.all.map(\.meaning) + Column.all.map(\.meaning)
    for meaning in meanings { #expect(text.contains(meaning), "\(width): \(meaning)") }
    // Some end so themselves.
    let signs = meanings.joined().count { $0 == "…" }
    #expect(text.count { $0 == "…" } == signs, "\(width)")
    for label in Binding.all.map(\.label) + Column.all.map(\.title) where !label.isEmpty {
      #expect(lines.contains { $0.hasPrefix("  \(label)") }, "\(width): \(label)")
    }
    #expect(text.hasSuffix("The RTT of a group is the longest."))
  }

  @Test func aMeaningThatIsLongGoesOnBelow() {
    var state = Sample.state()
    state.press(.function(1))
    state.type("/right click")
    #expect(
      state.screen(80, 24)[2...4] == [
        "  f               filter by the process, peer, port or state of the row; also a",
        "                  right click", "",
      ]
    )
    #expect(
      state.screen(40, 24)[2...6] == [
        "  f          filter by the process,", "             peer, port or state of the",
        "             row; also a right click", "", "",
      ]
    )
    #expect(state.screen(12, 24)[2...4] == ["  f filter", "    by the", "    process,"])
  }

  @Test func aKeyThatFillsItsColumnHasALineOfItsOwn() {
    var settings = Settings()
    settings.keys = [.filterByRow: "xyzXYZVWE".map { .character($0) }]
    var state = ScreenState(host: "example", settings: settings)
    state.press(.function(1))
    state.type("/right click")
    #expect(
      state.screen(80, 24)[2...3] == [
        "  x y z X Y Z V W E",
        "                  filter by the process, peer, port or state of the row; also a",
      ]
    )
  }

  @Test func theEndIsTheEndAtAnyWidth() {
    for width in [20, 40, 80, 200] {
      var state = Sample.state()
      _ = state.screen(width, 24)
      state.press(.function(1), .end, width: width)
      let last = HelpView.lines(HelpPane(.table), KeyMap(), width: width).last
      #expect(state.screen(width, 24)[22] == last, "\(width)")
      state.press(.pageUp, .pageDown, width: width)
      #expect(state.screen(width, 24)[22] == last, "\(width)")
    }
  }
}
