import Connections
import Terminal
import Testing

@testable import Monitor

/// The last line, with keys that can be clicked, and the tabs.
struct KeyLineTests {
  private func click(_ word: String, in interface: inout Interface, _ width: Int = 80) -> Action? {
    let line = interface.screen(width, 24)[23]
    guard let range = line.firstRange(of: word) else {
      Issue.record("\(word) in \(line)")
      return nil
    }
    let x = line.distance(from: line.startIndex, to: range.lowerBound)
    return interface.handle(Mouse(.press(.left), x: x, y: 23))
  }

  @Test func theFilterIsSecondAndHowToLeaveAlwaysThere() {
    var interface = Sample.interface()
    #expect(interface.screen(80, 24)[23].hasPrefix("F1 Help  / Filter  Tab View  "))
    for width in [20, 40, 80, 200] {
      #expect(interface.screen(width, 24)[23].contains("q Quit"), "\(width)")
    }
    #expect(interface.screen(200, 24)[23].contains("k Kill  K Close  f Filter by  j Other end"))
  }

  @Test func aClickOnAKeyActsAsTheKey() {
    var interface = Sample.interface()
    _ = click("Help", in: &interface)
    #expect(interface.context == .help)
    _ = click("Back", in: &interface)
    #expect(interface.panes.isEmpty)
    _ = click("Pause", in: &interface)
    #expect(interface.isPaused)
    _ = click("Z", in: &interface)
    #expect(!interface.isPaused)
    _ = click("Tab", in: &interface)
    #expect(interface.view.kind == .processes)
    #expect(click("Quit", in: &interface) == .quit)
    _ = click("Filter", in: &interface)
    #expect(interface.prompt != nil)
    // While something else is on the line, it has no keys.
    interface.press(.escape)
    interface.tell("something")
    _ = interface.screen(80, 24)
    #expect(interface.handle(Mouse(.press(.left), x: 1, y: 23)) == nil)
    #expect(interface.panes.isEmpty)
  }

  @Test(arguments: [80, 200])
  func theDetailsNameTheirKeys(_ width: Int) {
    var interface = Sample.interface()
    interface.select(2)
    interface.press(.enter)
    interface.learn(DetailsSample.socket, of: Sample.id(2))
    let line = interface.screen(width, 24)[23]
    for item in ["Esc Back", "/ Search", "Scroll", "+ - Zoom", "y Copy", "k Kill", "K Close"] {
      #expect(line.contains(item), "\(item) in \(line)")
    }
    #expect(line.contains("1-22/"))
    _ = click("Scroll", in: &interface, width)
    #expect(interface.screen(width, 24)[23].contains("23-44/"))
    _ = click("Kill", in: &interface, width)
    #expect(interface.context == .menu)
    interface.press(.escape)
    _ = click("Esc", in: &interface, width)
    #expect(interface.panes.isEmpty)
  }

  @Test func aRebindingShows() {
    var settings = Settings()
    settings.keys[.filter] = [.character("|")]
    settings.keys[.pause] = []
    var interface = Interface(host: "example", settings: settings)
    let line = interface.screen(120, 24)[23]
    #expect(line.contains("| Filter") && !line.contains("Pause"))
  }

  /// Every view has its name in the title of a screen of 80 columns.
  @Test func theTabsFit() {
    var interface = Sample.interface()
    let names = ["1 Conns", "2 Procs", "3 Hosts", "4 NetNS", "5 Listen", "6 Closed"]
    for key in "123456" {
      interface.press(.character(key))
      let title = interface.screen(80, 24)[0]
      for name in names { #expect(title.contains(name), "\(name) in \(title)") }
      #expect(interface.tabs.count == 6)
    }
    let wide = interface.screen(200, 24)[0]
    #expect(wide.contains("4 Namespaces") && wide.contains("up 1s"))
    for width in 1...250 {
      #expect(Canvas.columns(of: interface.screen(width, 24)[0]) <= width)
    }
  }

  @Test func withoutASelectionEachKeySaysTheSame() {
    for key in [
      Key.enter, .character("k"), .character("K"), .character("F"), .character(" "),
      .character("y"), .character("f"), .character("j"),
    ] {
      var interface = Sample.interface()
      interface.press(key)
      #expect(interface.message?.text == "Select a row first (Up/Down)", "\(key)")
      #expect(interface.panes.isEmpty)
    }
  }

  @Test func whatChangesThePictureIsSaid() {
    var interface = Sample.interface()
    func header() -> String { interface.screen(80, 24).prefix(9).joined(separator: "\n") }
    #expect(!header().contains("Counters:"))
    interface.press(.character("D"))
    #expect(header().contains("Counters: last interval (D)"))
    interface.type("Hpid=77")
    interface.press(.enter)
    #expect(header().contains("Highlight: pid=77 (H)  Counters: last interval (D)"))
    interface.press(.character("D"), .character("H"), .control("u"), .enter)
    #expect(!header().contains("Counters:") && !header().contains("Highlight:"))
  }
}
