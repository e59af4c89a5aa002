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
}
