import Connections
import Terminal
import Testing

@testable import Monitor

struct HelpTests {
  @Test(arguments: [
    (Context.table, [] as [Key]), (.details, [.down, .enter]), (.columns, [.function(2)]),
    (.menu, [.down, .character("k")]),
  ])
  func theKeysOfThePlaceComeFirst(_ context: Context, _ keys: [Key]) {
    var interface = Sample.interface()
    for key in keys { interface.press(key) }
    #expect(interface.context == context)
    interface.press(.function(1))
    #expect(interface.context == .help)
    #expect(interface.screen(80, 24)[1] == context.title)
    interface.press(.escape)
    #expect(interface.context == context)
  }

  @Test func theSearchLeavesWhatHasTheText() {
    var interface = Sample.interface()
    interface.press(.character("?"))
    interface.type("/tCPdump")
    let screen = interface.screen(100, 24)
    #expect(screen[1] == Context.table.title)
    #expect(screen[2].contains("copy the tcpdump command"))
    #expect(screen[3].isEmpty)
    #expect(screen[4] == Context.details.title)
    #expect(screen[5] == screen[2])
    #expect(screen[6].isEmpty && screen[7].isEmpty)
    #expect(screen[23].hasPrefix("Search: tCPdump"))
    interface.press(.enter)
    #expect(interface.screen(100, 24)[2] == screen[2])
    // Esc takes the search away first, and leaves then.
    interface.press(.escape)
    #expect(interface.screen(100, 24)[23].contains("/ Search"))
    interface.press(.escape)
    #expect(interface.panes.isEmpty)
  }

  @Test func whatIsNotFoundIsTold() {
    var interface = Sample.interface()
    interface.press(.character("?"))
    interface.type("/no such thing")
    #expect(interface.screen(80, 24)[1] == "Nothing here matches \"no such thing\".")
    interface.press(.control("u"))
    #expect(interface.screen(80, 24)[1] == Context.table.title)
  }

  @Test func lettersAreTextWhileSearching() {
    var interface = Sample.interface()
    interface.press(.character("?"), .character("/"))
    #expect(interface.handle(.character("q")) == nil)
    #expect(interface.handle(.function(10)) == nil)
    #expect(interface.isSearching)
    #expect(interface.handle(.control("c")) == .quit)
    interface.press(.backspace, .backspace, .escape)
    #expect(!interface.isSearching)
    #expect(interface.handle(.character("q")) == .quit)
  }

  @Test func aPasteIsSearched() {
    var interface = Sample.interface()
    interface.press(.character("?"), .character("/"))
    interface.paste(String(repeating: "x", count: 100_000))
    #expect(interface.screen(80, 24)[23].hasPrefix("Search: xxx"))
    interface.press(.control("u"))
    interface.paste("tcpdump")
    #expect(interface.screen(80, 24)[2].contains("tcpdump"))
  }

  @Test func theSearchBeginsAtTheTop() {
    var interface = Sample.interface()
    interface.press(.character("?"), .end)
    interface.type("/ss")
    #expect(interface.screen(80, 24)[1].hasPrefix("In the"))
    guard case .help(let pane) = interface.panes.last else {
      Issue.record("the help is open")
      return
    }
    #expect(pane.top == 0)
  }
}
