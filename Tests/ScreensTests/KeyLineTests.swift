import Connections
import Samples
import StyledText
import Terminal
import Testing

@testable import Monitor
@testable import Screens

/// The last line, with keys that can be clicked, and the tabs.
struct KeyLineTests {
  private func click(_ word: String, in state: inout ScreenState, _ width: Int = 80) -> Action? {
    let line = state.screen(width, 24)[23]
    guard let range = line.firstRange(of: word) else {
      Issue.record("\(word) in \(line)")
      return nil
    }
    let x = line.distance(from: line.startIndex, to: range.lowerBound)
    return state.handle(Mouse(.press(.left), x: x, y: 23))
  }

  @Test func theFilterIsSecondAndHowToLeaveAlwaysThere() {
    var state = Sample.state()
    #expect(state.screen(80, 24)[23].hasPrefix("F1 Help  / Filter  Tab View  "))
    for width in [20, 40, 80, 200] {
      #expect(state.screen(width, 24)[23].contains("q Quit"), "\(width)")
    }
    #expect(state.screen(200, 24)[23].contains("k Kill  K Close  f Filter by  j Other end"))
  }

  @Test func aClickOnAKeyActsAsTheKey() {
    var state = Sample.state()
    _ = click("Help", in: &state)
    #expect(state.context == .help)
    _ = click("Back", in: &state)
    #expect(state.panes.isEmpty)
    _ = click("Pause", in: &state)
    #expect(state.isPaused)
    _ = click("Z", in: &state)
    #expect(!state.isPaused)
    _ = click("Tab", in: &state)
    #expect(state.view.kind == .processes)
    #expect(click("Quit", in: &state) == .quit)
    _ = click("Filter", in: &state)
    #expect(state.prompt != nil)
    // While something else is on the line, it has no keys.
    state.press(.escape)
    state.tell("something")
    _ = state.screen(80, 24)
    #expect(state.handle(Mouse(.press(.left), x: 1, y: 23)) == nil)
    #expect(state.panes.isEmpty)
  }

  @Test(arguments: [80, 200])
  func theDetailsNameTheirKeys(_ width: Int) {
    var state = Sample.state()
    state.select(2)
    state.press(.enter)
    state.learn(DetailsSample.socket, of: Sample.id(2))
    let line = state.screen(width, 24)[23]
    for item in ["Esc Back", "/ Search", "Scroll", "+ - Zoom", "y Copy", "k Kill", "K Close"] {
      #expect(line.contains(item), "\(item) in \(line)")
    }
    #expect(line.contains("1-22/"))
    _ = click("Scroll", in: &state, width)
    #expect(state.screen(width, 24)[23].contains("23-44/"))
    _ = click("Kill", in: &state, width)
    #expect(state.context == .menu)
    state.press(.escape)
    _ = click("Esc", in: &state, width)
    #expect(state.panes.isEmpty)
  }

  @Test func aRebindingShows() {
    var settings = Settings()
    settings.keys[.filter] = [.character("|")]
    settings.keys[.pause] = []
    var state = ScreenState(host: "example", settings: settings)
    let line = state.screen(120, 24)[23]
    #expect(line.contains("| Filter") && !line.contains("Pause"))
  }

  /// Every view has its name in the title of a screen of 80 columns.
  @Test func theTabsFit() {
    var state = Sample.state()
    let names = ["1 Conns", "2 Procs", "3 Hosts", "4 NetNS", "5 Listen", "6 Closed"]
    for key in "123456" {
      state.press(.character(key))
      let title = state.screen(80, 24)[0]
      for name in names { #expect(title.contains(name), "\(name) in \(title)") }
      #expect(state.layout.tabs.count == 6)
    }
    let wide = state.screen(200, 24)[0]
    #expect(wide.contains("4 Namespaces") && wide.contains("up 1s"))
    for width in 1...250 {
      #expect(SafeText.columns(of: state.screen(width, 24)[0]) <= width)
    }
  }

  @Test func withoutASelectionEachKeySaysTheSame() {
    for key in [
      Key.enter, .character("k"), .character("K"), .character("F"), .character(" "),
      .character("y"), .character("f"), .character("j"),
    ] {
      var state = Sample.state()
      state.press(key)
      #expect(state.message?.text == "Select a row first (Up/Down)", "\(key)")
      #expect(state.panes.isEmpty)
    }
  }

  @Test func whatChangesThePictureIsSaid() {
    var state = Sample.state()
    func header() -> String { state.screen(80, 24).prefix(9).joined(separator: "\n") }
    #expect(!header().contains("Counters:"))
    state.press(.character("D"))
    #expect(header().contains("Counters: last interval (D)"))
    state.type("Hpid=77")
    state.press(.enter)
    #expect(header().contains("Highlight: pid=77 (H)  Counters: last interval (D)"))
    state.press(.character("D"), .character("H"), .control("u"), .enter)
    #expect(!header().contains("Counters:") && !header().contains("Highlight:"))
  }
}
