import Connections
import Samples
import Terminal
import Testing

@testable import Monitor
@testable import Screens

struct PromptTests {
  private func cookies(_ state: ScreenState) -> [UInt64] {
    (0..<state.model.count).compactMap { state.model.row(at: $0)?.id.cookie }.sorted()
  }

  @Test func textAppliesWhileTyping() {
    var state = Sample.state()
    state.type("/CUR")
    #expect(cookies(state) == [2, 7])
    #expect(state.screen(80, 24)[22] == "Filter: CUR")
    #expect(state.layout.cursor == Canvas.Position(x: 11, y: 22))
    state.type("x")
    #expect(cookies(state).isEmpty)
    let screen = state.screen(80, 24).joined(separator: "\n")
    #expect(screen.contains("Nothing here matches the filter (Esc clears it)."))
    _ = state.handle(.backspace)
    #expect(cookies(state) == [2, 7])
    _ = state.handle(.enter)
    #expect(state.layout.cursor == nil || state.screen(80, 24)[23].hasPrefix("F1 Help"))
    #expect(state.screen(80, 24).contains("Filter: CUR: 2 rows (Esc clears)"))
    _ = state.handle(.escape)
    #expect(cookies(state).count == 6)
  }

  @Test func escapeGoesBackToTheFilterBefore() {
    var state = Sample.state()
    state.type("/curl")
    _ = state.handle(.enter)
    state.type("/")
    _ = state.handle(.control("u"))
    state.type("sshd")
    #expect(cookies(state) == [3])
    _ = state.handle(.escape)
    #expect(state.model.view.filter.text == "curl")
  }

  @Test func enterOnNothingClears() {
    var state = Sample.state()
    state.type("/curl")
    _ = state.handle(.enter)
    state.type("/")
    _ = state.handle(.control("u"))
    _ = state.handle(.enter)
    #expect(state.model.view.filter.isEmpty)
  }

  @Test func thePIDOfTheSelectedRowIsSuggested() {
    var state = Sample.state()
    _ = state.handle(.down)
    state.type("p")
    #expect(state.model.view.filter.text == "pid=1234")
    #expect(cookies(state) == [2, 7])
    // The first digit replaces what was suggested, the next one does not.
    state.type("7")
    #expect(state.model.view.filter.text == "pid=7")
    state.type("7")
    #expect(cookies(state) == [3])
    _ = state.handle(.enter)
    state.type("p")
    _ = state.handle(.backspace)
    #expect(state.model.view.filter.text == "pid=7")
    _ = state.handle(.backspace)
    #expect(state.model.view.filter.isEmpty)
  }

  @Test func nonsenseInThePIDIsRefused() {
    var state = Sample.state()
    state.type("p12a")
    #expect(state.model.view.filter.text == "pid=12")
    #expect(state.screen(80, 24)[23].contains("A PID is a number"))
    state.type("3")
    #expect(state.model.view.filter.text == "pid=123")
    #expect(!state.screen(80, 24)[23].contains("A PID is a number"))
    state.type("4567890123")
    #expect(state.model.view.filter.text == "pid=1234567890")
    #expect(state.screen(80, 24)[23].contains("A PID is a number"))
    state.type("-٣")
    #expect(state.model.view.filter.text == "pid=1234567890")
  }

  @Test func theNamespaceOfTheSelectedRowIsSuggested() {
    var state = Sample.state()
    state.type("x")
    _ = state.handle(.down)
    state.type("n")
    #expect(state.model.view.filter.text == "netns=web")
    #expect(cookies(state) == [4])
    state.type("h")
    #expect(state.model.view.filter.text == "netns=h*")
    #expect(cookies(state) == [2, 3, 6, 7])
    _ = state.handle(.control("u"))
    state.type("4026532200")
    #expect(cookies(state) == [5])
  }

  @Test func filtersCombine() {
    var state = Sample.state()
    state.type("p1234")
    _ = state.handle(.enter)
    state.type("/127.0.0.1:80")
    _ = state.handle(.enter)
    state.type("nhost")
    _ = state.handle(.enter)
    #expect(cookies(state) == [7])
    let line = "Filter: pid=1234 and 127.0.0.1:80 and netns=host: 1 row (Esc clears)"
    #expect(state.screen(80, 24).contains(line))
    #expect(state.handle(.escape) == nil)
    #expect(cookies(state).count == 6)
  }

  @Test func rowsComeAndGoUnderAFilter() {
    var state = Sample.state()
    state.type("/nginx")
    state.apply(Sample.batch(2, [.annotated(Sample.id(2), Sample.owner(9, "nginx"))]))
    #expect(cookies(state) == [2, 4])
    state.apply(Sample.batch(3, [.annotated(Sample.id(4), Sample.owner(8, "other"))]))
    #expect(cookies(state) == [2])
  }

  @Test func aTextLongerThanTheLineShowsItsEnd() {
    var state = Sample.state()
    state.type("/" + String(repeating: "a", count: 60) + "z")
    let line = state.screen(20, 5)[3]
    #expect(line == "Filter: aaaaaaaaaaz")
    #expect(state.layout.cursor == Canvas.Position(x: 19, y: 3))
    for _ in 0..<30 { _ = state.handle(.left) }
    #expect(state.screen(20, 5)[3] == "Filter: aaaaaaaaaaaa")
    #expect(state.layout.cursor == Canvas.Position(x: 17, y: 3))
    _ = state.handle(.home)
    #expect(state.screen(20, 5)[3] == "Filter: aaaaaaaaaaaa")
    #expect(state.layout.cursor == Canvas.Position(x: 8, y: 3))
  }

  @Test func aTextHasALimit() throws {
    var state = Sample.state()
    let text = String(repeating: "a", count: Filter.lengthLimit - 3)
    let long = try Filter(parsing: text)
    state.update { $0.filter = long }
    // A blank parts what is typed from what was there.
    state.type("/bbb")
    #expect(state.model.view.filter.text == "\(text) bb")
    #expect(state.screen(80, 24)[23].hasPrefix("Too long"))
  }

  @Test func theSelectionComesBackWithEscape() {
    var state = Sample.state()
    for _ in 0..<3 { _ = state.handle(.down) }
    let id = state.selection.id
    state.type("/nothing like it")
    #expect(state.selection.id == nil)
    _ = state.handle(.escape)
    #expect(state.selection.id == id)
    #expect(state.selection.position == 2)
  }

  /// On the way to `rtt>1`, nothing is looked for that has the text rtt.
  @Test func anUnfinishedExpressionKeepsTheFilterBefore() {
    var state = Sample.state()
    state.type("/")
    for character in "rtt>1" {
      state.type("\(character)")
      #expect(!cookies(state).isEmpty, "at \(character)")
    }
    #expect(state.model.view.filter.text == "rtt>1")
    state.type(" and ")
    #expect(state.model.view.filter.text == "rtt>1")
    state.type("(st")
    #expect(state.model.view.filter.text == "rtt>1")
    state.type("ate=esta")
    #expect(state.model.view.filter.text == "rtt>1", "the ) is missing")
    // In the middle of the text, too.
    state.press(.control("u"))
    state.type("curl")
    state.press(.home)
    state.type("stat ")
    state.press(.left)
    #expect(state.model.view.filter.text == "stat curl")
    state.type("e")
    #expect(state.model.view.filter.text.trimmingPrefix(" ") == "curl")
  }

  @Test func aWordThatIsOneIsTakenWithEnterOrABlank() {
    var state = Sample.state()
    state.type("/user")
    #expect(state.model.view.filter.isEmpty)
    state.type(" ")
    #expect(state.model.view.filter.text == "user")
    state.press(.backspace)
    #expect(state.model.view.filter.isEmpty)
    state.press(.enter)
    #expect(state.prompt == nil)
    #expect(state.model.view.filter.text == "user")
    // A flag is a condition as it stands.
    state.filter("closed")
    #expect(cookies(state) == [5, 7])
    state.type("/")
    state.press(.control("u"))
    state.type("listen")
    #expect(cookies(state) == [1])
    // What is recalled is whole.
    state.press(.control("u"), .up, .up)
    #expect(state.prompt?.text == "user")
    #expect(state.model.view.filter.text == "user")
  }

  @Test func anErrorKeepsTheFilterInForce() {
    var state = Sample.state()
    state.type("/curl rt>1")
    #expect(state.model.view.filter.text == "curl")
    let screen = state.screen(80, 24)
    #expect(screen[22] == "Filter: curl rt>1")
    #expect(screen[23] == "             ^^ Unknown field 'rt': did you mean 'rtt'?")
    // Neither Enter nor a move of the cursor takes it.
    _ = state.handle(.enter)
    _ = state.handle(.home)
    #expect(state.screen(80, 24)[23].contains("Unknown field 'rt'"))
    for _ in 0..<7 { _ = state.handle(.right) }
    state.type("t")
    #expect(state.model.view.filter.text == "curl rtt>1")
    #expect(state.screen(80, 24)[23].hasPrefix("Enter Accept"))
    _ = state.handle(.enter)
    #expect(state.prompt == nil)
    #expect(cookies(state) == [2, 7])
  }

  @Test func theSentenceStandsWhereThereIsRoom() {
    var state = Sample.state()
    state.type("/" + String(repeating: "curl ", count: 12) + "rt>1")
    #expect(
      state.screen(80, 24)[23]
        == String(repeating: " ", count: 28) + "Unknown field 'rt': did you mean 'rtt'?" + " ^^"
    )
    #expect(state.screen(40, 24)[23].hasPrefix("Unknown field 'rt'"))
    #expect(state.screen(80, 3)[2].hasPrefix("Filter: curl"))
  }

  @Test func editsTheLine() {
    var line = LineEditor("one two  three")
    func text(after keys: Key...) -> String {
      for key in keys { _ = line.handle(key) }
      return line.text
    }
    #expect(text(after: .control("w")) == "one two  ")
    #expect(text(after: .control("w")) == "one ")
    #expect(text(after: .home, .delete, .right, .control("d")) == "n ")
    #expect(text(after: .control("e"), .character("x"), .control("a"), .character("y")) == "yn x")
    #expect(text(after: .right, .control("k")) == "yn")
    #expect(text(after: .left, .control("u")) == "n")
    #expect(text(after: .left, .backspace, .delete, .delete, .right) == "")
    #expect(line.handle(.tab) == nil)
    line.insert(Array("日本"))
    #expect(line.cursor == 2)
    #expect(text(after: .left, .backspace) == "本")
  }

  @Test func recallsWhatWasAccepted() {
    var state = Sample.state()
    for text in ["curl", "sshd", "curl", "nginx"] {
      state.type("/")
      _ = state.handle(.control("u"))
      state.type(text)
      _ = state.handle(.enter)
    }
    #expect(state.promptHistory.texts == ["sshd", "curl", "nginx"])
    state.type("/")
    _ = state.handle(.control("u"))
    state.type("liv")
    _ = state.handle(.up)
    // The filter in force when the prompt was opened is on the line already.
    #expect(state.prompt?.text == "curl")
    #expect(cookies(state) == [2, 7])
    _ = state.handle(.up)
    _ = state.handle(.up)
    #expect(state.prompt?.text == "sshd")
    _ = state.handle(.down)
    _ = state.handle(.down)
    _ = state.handle(.down)
    #expect(state.prompt?.text == "liv")
    var history = PromptHistory()
    for number in 0..<150 { history.add("\(number)") }
    #expect(history.texts.count == 100 && history.texts.last == "149")
  }

  @Test func aFilterThatIsLostIsHadAgain() {
    var state = ScreenState(host: "example", filter: (try? Filter(parsing: "curl")) ?? Filter())
    state.apply(Sample.first)
    #expect(cookies(state) == [2])
    state.press(.escape)
    #expect(state.view.filter.isEmpty)
    #expect(state.message?.text == "Filter cleared: / then Up brings it back")
    #expect(state.screen(80, 24)[23].hasPrefix("Filter cleared"))
    state.type("/")
    state.press(.up, .enter)
    #expect(cookies(state) == [2])
    // Likewise one that another takes the place of, or nothing does.
    state.filter("sshd")
    state.type("p77")
    state.press(.enter)
    state.type("/")
    state.press(.control("u"), .enter)
    #expect(state.message?.text == "Filter cleared: / then Up brings it back")
    #expect(state.promptHistory.texts == ["curl", "sshd", "sshd and pid=77"])
  }

  @Test func theFilterIsThatOfAllViews() {
    var state = Sample.state()
    state.filter("pid=77")
    for kind in ViewKind.allCases {
      state.type("\(kind.number)")
      #expect(state.view.kind == kind)
      #expect(state.model.view.filter.text == "pid=77")
    }
    state.press(.escape)
    for kind in ViewKind.allCases {
      state.type("\(kind.number)")
      #expect(state.model.view.filter.isEmpty)
    }
  }

  @Test(arguments: [
    ("p", "99", "No process with PID 99 has a connection or listener"),
    ("n", "xyz", "No network namespace begins with 'xyz'"),
    ("u", "nobody", "No process of user 'nobody' has a connection or listener"),
  ])
  func whatNothingMatchesIsSaid(_ key: String, _ text: String, _ warning: String) {
    var state = Sample.state()
    state.type(key + text)
    #expect(cookies(state).isEmpty)
    #expect(state.screen(80, 24)[23].hasPrefix(warning))
    #expect(state.screen(120, 24)[23] == "\(warning): press Tab for a list")
    state.press(.enter)
    #expect(state.prompt == nil)
    #expect(state.message?.text == warning)
  }

  @Test func promptsOfOneFieldComplete() {
    var state = Sample.state()
    state.type("p1")
    state.press(.tab)
    #expect(state.model.view.filter.text == "pid=1234")
    state.press(.control("u"), .tab)
    #expect(state.screen(80, 24)[23] == "77 sshd  900 postgres-proxy  1234 curl  4321 nginx")
    state.press(.tab, .enter)
    #expect(cookies(state) == [3])
    state.type("nw")
    state.press(.tab)
    #expect(state.prompt?.text == "web")
    state.press(.escape, .escape)
    state.type("upo")
    state.press(.tab, .enter)
    #expect(cookies(state) == [6])
    // What is only proposed is no beginning of what is looked for.
    state.press(.escape, .down)
    state.type("p")
    state.press(.tab)
    #expect(state.screen(80, 24)[23].hasPrefix("77 sshd  900 "))
  }

  @Test func tabProposesShortNamesFirst() {
    var state = Sample.state()
    state.type("/r")
    state.press(.tab)
    let line = state.screen(80, 24)[23]
    #expect(line.hasPrefix("rx  rtt  rx/s  rate  raddr  rport  "), "\(line)")
  }

  @Test func anEmptyTableSaysHowWordsWereRead() {
    var state = Sample.state()
    state.type("/port 8099")
    state.press(.enter)
    let lines = state.screen(80, 24)
    let line = lines.firstIndex(of: "Nothing here matches the filter (Esc clears it).")
    #expect(
      line.map { lines[$0 + 1] }
        == "'port' and '8099' are searched as text; did you mean port=8099?"
    )
  }

  @Test func tabCompletes() {
    var state = Sample.state()
    state.type("/dire")
    _ = state.handle(.tab)
    #expect(state.prompt?.text == "direction")
    state.type("=")
    _ = state.handle(.tab)
    #expect(state.screen(80, 24)[23] == "out  in  unknown")
    _ = state.handle(.tab)
    _ = state.handle(.tab)
    #expect(state.prompt?.text == "direction=in")
    #expect(cookies(state) == [3, 4])
    _ = state.handle(.tab)
    _ = state.handle(.tab)
    #expect(state.prompt?.text == "direction=out")
    state.type(" xyz")
    _ = state.handle(.tab)
    #expect(state.screen(80, 24)[23].hasPrefix("No completion"))
    // In the middle of the text.
    for _ in 0..<4 { _ = state.handle(.left) }
    state.type(" process=ng")
    _ = state.handle(.tab)
    #expect(state.prompt?.text == "direction=out process=nginx xyz")
    #expect(state.prompt?.line.cursor == 27)
  }

  @Test func thePageKeysStillMoveTheSelection() {
    var state = Sample.state()
    state.type("/")
    _ = state.handle(.pageDown)
    #expect(state.selection.id != nil)
    #expect(state.prompt != nil)
  }
}
