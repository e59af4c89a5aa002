import Connections
import Terminal
import Testing

@testable import Monitor

struct PromptTests {
  private func cookies(_ interface: Interface) -> [UInt64] {
    (0..<interface.model.count).compactMap { interface.model.row(at: $0)?.id.cookie }.sorted()
  }

  @Test func textAppliesWhileTyping() {
    var interface = Sample.interface()
    interface.type("/CUR")
    #expect(cookies(interface) == [2, 7])
    #expect(interface.screen(80, 24)[22] == "Filter: CUR")
    #expect(interface.cursor == Interface.Position(x: 11, y: 22))
    interface.type("x")
    #expect(cookies(interface).isEmpty)
    let screen = interface.screen(80, 24).joined(separator: "\n")
    #expect(screen.contains("Nothing here matches the filter (Esc clears it)."))
    _ = interface.handle(.backspace)
    #expect(cookies(interface) == [2, 7])
    _ = interface.handle(.enter)
    #expect(interface.cursor == nil || interface.screen(80, 24)[23].hasPrefix("F1 Help"))
    #expect(interface.screen(80, 24).contains("Filter: CUR: 2 rows (Esc clears)"))
    _ = interface.handle(.escape)
    #expect(cookies(interface).count == 6)
  }

  @Test func escapeGoesBackToTheFilterBefore() {
    var interface = Sample.interface()
    interface.type("/curl")
    _ = interface.handle(.enter)
    interface.type("/")
    _ = interface.handle(.control("u"))
    interface.type("sshd")
    #expect(cookies(interface) == [3])
    _ = interface.handle(.escape)
    #expect(interface.model.view.filter.text == "curl")
  }

  @Test func enterOnNothingClears() {
    var interface = Sample.interface()
    interface.type("/curl")
    _ = interface.handle(.enter)
    interface.type("/")
    _ = interface.handle(.control("u"))
    _ = interface.handle(.enter)
    #expect(interface.model.view.filter.isEmpty)
  }

  @Test func thePIDOfTheSelectedRowIsSuggested() {
    var interface = Sample.interface()
    _ = interface.handle(.down)
    interface.type("p")
    #expect(interface.model.view.filter.text == "pid=1234")
    #expect(cookies(interface) == [2, 7])
    // The first digit replaces what was suggested, the next one does not.
    interface.type("7")
    #expect(interface.model.view.filter.text == "pid=7")
    interface.type("7")
    #expect(cookies(interface) == [3])
    _ = interface.handle(.enter)
    interface.type("p")
    _ = interface.handle(.backspace)
    #expect(interface.model.view.filter.text == "pid=7")
    _ = interface.handle(.backspace)
    #expect(interface.model.view.filter.isEmpty)
  }

  @Test func nonsenseInThePIDIsRefused() {
    var interface = Sample.interface()
    interface.type("p12a")
    #expect(interface.model.view.filter.text == "pid=12")
    #expect(interface.screen(80, 24)[23].contains("a PID is a number"))
    interface.type("3")
    #expect(interface.model.view.filter.text == "pid=123")
    #expect(!interface.screen(80, 24)[23].contains("a PID is a number"))
    interface.type("4567890123")
    #expect(interface.model.view.filter.text == "pid=1234567890")
    #expect(interface.screen(80, 24)[23].contains("a PID is a number"))
    interface.type("-٣")
    #expect(interface.model.view.filter.text == "pid=1234567890")
  }

  @Test func theNamespaceOfTheSelectedRowIsSuggested() {
    var interface = Sample.interface()
    interface.type("x")
    _ = interface.handle(.down)
    interface.type("n")
    #expect(interface.model.view.filter.text == "netns=web")
    #expect(cookies(interface) == [4])
    interface.type("h")
    #expect(interface.model.view.filter.text == "netns=h*")
    #expect(cookies(interface) == [2, 3, 6, 7])
    _ = interface.handle(.control("u"))
    interface.type("4026532200")
    #expect(cookies(interface) == [5])
  }

  @Test func filtersCombine() {
    var interface = Sample.interface()
    interface.type("p1234")
    _ = interface.handle(.enter)
    interface.type("/127.0.0.1:80")
    _ = interface.handle(.enter)
    interface.type("nhost")
    _ = interface.handle(.enter)
    #expect(cookies(interface) == [7])
    let line = "Filter: pid=1234 and 127.0.0.1:80 and netns=host: 1 row (Esc clears)"
    #expect(interface.screen(80, 24).contains(line))
    #expect(interface.handle(.escape) == nil)
    #expect(cookies(interface).count == 6)
  }

  @Test func rowsComeAndGoUnderAFilter() {
    var interface = Sample.interface()
    interface.type("/nginx")
    interface.apply(Sample.batch(2, [.annotated(Sample.id(2), Sample.owner(9, "nginx"))]))
    #expect(cookies(interface) == [2, 4])
    interface.apply(Sample.batch(3, [.annotated(Sample.id(4), Sample.owner(8, "other"))]))
    #expect(cookies(interface) == [2])
  }

  @Test func aTextLongerThanTheLineShowsItsEnd() {
    var interface = Sample.interface()
    interface.type("/" + String(repeating: "a", count: 60) + "z")
    let line = interface.screen(20, 5)[3]
    #expect(line == "Filter: aaaaaaaaaaz")
    #expect(interface.cursor == Interface.Position(x: 19, y: 3))
    for _ in 0..<30 { _ = interface.handle(.left) }
    #expect(interface.screen(20, 5)[3] == "Filter: aaaaaaaaaaaa")
    #expect(interface.cursor == Interface.Position(x: 17, y: 3))
    _ = interface.handle(.home)
    #expect(interface.screen(20, 5)[3] == "Filter: aaaaaaaaaaaa")
    #expect(interface.cursor == Interface.Position(x: 8, y: 3))
  }

  @Test func aTextHasALimit() throws {
    var interface = Sample.interface()
    let text = String(repeating: "a", count: Filter.lengthLimit - 3)
    let long = try Filter(parsing: text)
    interface.update { $0.filter = long }
    // A blank parts what is typed from what was there.
    interface.type("/bbb")
    #expect(interface.model.view.filter.text == "\(text) bb")
    #expect(interface.screen(80, 24)[23].hasPrefix("too long"))
  }

  @Test func theSelectionComesBackWithEscape() {
    var interface = Sample.interface()
    for _ in 0..<3 { _ = interface.handle(.down) }
    let id = interface.selection.id
    interface.type("/nothing like it")
    #expect(interface.selection.id == nil)
    _ = interface.handle(.escape)
    #expect(interface.selection.id == id)
    #expect(interface.selection.position == 2)
  }

  /// On the way to `rtt>1`, nothing is looked for that has the text rtt.
  @Test func anUnfinishedExpressionKeepsTheFilterBefore() {
    var interface = Sample.interface()
    interface.type("/")
    for character in "rtt>1" {
      interface.type("\(character)")
      #expect(!cookies(interface).isEmpty, "at \(character)")
    }
    #expect(interface.model.view.filter.text == "rtt>1")
    interface.type(" and ")
    #expect(interface.model.view.filter.text == "rtt>1")
    interface.type("(st")
    #expect(interface.model.view.filter.text == "rtt>1")
    interface.type("ate=esta")
    #expect(interface.model.view.filter.text == "rtt>1", "the ) is missing")
    // In the middle of the text, too.
    interface.press(.control("u"))
    interface.type("curl")
    interface.press(.home)
    interface.type("stat ")
    interface.press(.left)
    #expect(interface.model.view.filter.text == "stat curl")
    interface.type("e")
    #expect(interface.model.view.filter.text.trimmingPrefix(" ") == "curl")
  }

  @Test func aWordThatIsOneIsTakenWithEnterOrABlank() {
    var interface = Sample.interface()
    interface.type("/user")
    #expect(interface.model.view.filter.isEmpty)
    interface.type(" ")
    #expect(interface.model.view.filter.text == "user")
    interface.press(.backspace)
    #expect(interface.model.view.filter.isEmpty)
    interface.press(.enter)
    #expect(interface.prompt == nil)
    #expect(interface.model.view.filter.text == "user")
    // A flag is a condition as it stands.
    interface.filter("closed")
    #expect(cookies(interface) == [5, 7])
    interface.type("/")
    interface.press(.control("u"))
    interface.type("listen")
    #expect(cookies(interface) == [1])
    // What is recalled is whole.
    interface.press(.control("u"), .up, .up)
    #expect(interface.prompt?.text == "user")
    #expect(interface.model.view.filter.text == "user")
  }

  @Test func anErrorKeepsTheFilterInForce() {
    var interface = Sample.interface()
    interface.type("/curl rt>1")
    #expect(interface.model.view.filter.text == "curl")
    let screen = interface.screen(80, 24)
    #expect(screen[22] == "Filter: curl rt>1")
    #expect(screen[23] == "             ^^ There is no field 'rt': did you mean 'rtt'?")
    // Neither Enter nor a move of the cursor takes it.
    _ = interface.handle(.enter)
    _ = interface.handle(.home)
    #expect(interface.screen(80, 24)[23].contains("There is no field 'rt'"))
    for _ in 0..<7 { _ = interface.handle(.right) }
    interface.type("t")
    #expect(interface.model.view.filter.text == "curl rtt>1")
    #expect(interface.screen(80, 24)[23].hasPrefix("Enter Accept"))
    _ = interface.handle(.enter)
    #expect(interface.prompt == nil)
    #expect(cookies(interface) == [2, 7])
  }

  @Test func theSentenceStandsWhereThereIsRoom() {
    var interface = Sample.interface()
    interface.type("/" + String(repeating: "curl ", count: 12) + "rt>1")
    #expect(
      interface.screen(80, 24)[23]
        == String(repeating: " ", count: 24) + "There is no field 'rt': did you mean 'rtt'?" + " ^^"
    )
    #expect(interface.screen(40, 24)[23].hasPrefix("There is no field 'rt'"))
    #expect(interface.screen(80, 3)[2].hasPrefix("Filter: curl"))
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
    var interface = Sample.interface()
    for text in ["curl", "sshd", "curl", "nginx"] {
      interface.type("/")
      _ = interface.handle(.control("u"))
      interface.type(text)
      _ = interface.handle(.enter)
    }
    #expect(interface.promptHistory.texts == ["sshd", "curl", "nginx"])
    interface.type("/")
    _ = interface.handle(.control("u"))
    interface.type("liv")
    _ = interface.handle(.up)
    // The filter in force when the prompt was opened is on the line already.
    #expect(interface.prompt?.text == "curl")
    #expect(cookies(interface) == [2, 7])
    _ = interface.handle(.up)
    _ = interface.handle(.up)
    #expect(interface.prompt?.text == "sshd")
    _ = interface.handle(.down)
    _ = interface.handle(.down)
    _ = interface.handle(.down)
    #expect(interface.prompt?.text == "liv")
    var history = PromptHistory()
    for number in 0..<150 { history.add("\(number)") }
    #expect(history.texts.count == 100 && history.texts.last == "149")
  }

  @Test func aFilterThatIsLostIsHadAgain() {
    var interface = Interface(host: "example", filter: (try? Filter(parsing: "curl")) ?? Filter())
    interface.apply(Sample.first)
    #expect(cookies(interface) == [2])
    interface.press(.escape)
    #expect(interface.view.filter.isEmpty)
    #expect(interface.message?.text == "Filter cleared: / then Up brings it back")
    #expect(interface.screen(80, 24)[23].hasPrefix("Filter cleared"))
    interface.type("/")
    interface.press(.up, .enter)
    #expect(cookies(interface) == [2])
    // Likewise one that another takes the place of, or nothing does.
    interface.filter("sshd")
    interface.type("p77")
    interface.press(.enter)
    interface.type("/")
    interface.press(.control("u"), .enter)
    #expect(interface.message?.text == "Filter cleared: / then Up brings it back")
    #expect(interface.promptHistory.texts == ["curl", "sshd", "sshd and pid=77"])
  }

  @Test func theFilterIsThatOfAllViews() {
    var interface = Sample.interface()
    interface.filter("pid=77")
    for kind in ViewKind.allCases {
      interface.type("\(kind.number)")
      #expect(interface.view.kind == kind)
      #expect(interface.model.view.filter.text == "pid=77")
    }
    interface.press(.escape)
    for kind in ViewKind.allCases {
      interface.type("\(kind.number)")
      #expect(interface.model.view.filter.isEmpty)
    }
  }

  @Test(arguments: [
    ("p", "99", "No process with PID 99 has a connection or listener"),
    ("n", "xyz", "No network namespace begins with 'xyz'"),
    ("u", "nobody", "No process of user 'nobody' has a connection or listener"),
  ])
  func whatNothingMatchesIsSaid(_ key: String, _ text: String, _ warning: String) {
    var interface = Sample.interface()
    interface.type(key + text)
    #expect(cookies(interface).isEmpty)
    #expect(interface.screen(80, 24)[23].hasPrefix(warning))
    #expect(interface.screen(120, 24)[23] == "\(warning): press Tab for a list")
    interface.press(.enter)
    #expect(interface.prompt == nil)
    #expect(interface.message?.text == warning)
  }

  @Test func promptsOfOneFieldComplete() {
    var interface = Sample.interface()
    interface.type("p1")
    interface.press(.tab)
    #expect(interface.model.view.filter.text == "pid=1234")
    interface.press(.control("u"), .tab)
    #expect(interface.screen(80, 24)[23] == "77 sshd  900 postgres-proxy  1234 curl  4321 nginx")
    interface.press(.tab, .enter)
    #expect(cookies(interface) == [3])
    interface.type("nw")
    interface.press(.tab)
    #expect(interface.prompt?.text == "web")
    interface.press(.escape, .escape)
    interface.type("upo")
    interface.press(.tab, .enter)
    #expect(cookies(interface) == [6])
    // What is only proposed is no beginning of what is looked for.
    interface.press(.escape, .down)
    interface.type("p")
    interface.press(.tab)
    #expect(interface.screen(80, 24)[23].hasPrefix("77 sshd  900 "))
  }

  @Test func tabCompletes() {
    var interface = Sample.interface()
    interface.type("/dire")
    _ = interface.handle(.tab)
    #expect(interface.prompt?.text == "direction")
    interface.type("=")
    _ = interface.handle(.tab)
    #expect(interface.screen(80, 24)[23] == "out  in  unknown")
    _ = interface.handle(.tab)
    _ = interface.handle(.tab)
    #expect(interface.prompt?.text == "direction=in")
    #expect(cookies(interface) == [3, 4])
    _ = interface.handle(.tab)
    _ = interface.handle(.tab)
    #expect(interface.prompt?.text == "direction=out")
    interface.type(" xyz")
    _ = interface.handle(.tab)
    #expect(interface.screen(80, 24)[23].hasPrefix("No completion"))
    // In the middle of the text.
    for _ in 0..<4 { _ = interface.handle(.left) }
    interface.type(" process=ng")
    _ = interface.handle(.tab)
    #expect(interface.prompt?.text == "direction=out process=nginx xyz")
    #expect(interface.prompt?.line.cursor == 27)
  }

  @Test func thePageKeysStillMoveTheSelection() {
    var interface = Sample.interface()
    interface.type("/")
    _ = interface.handle(.pageDown)
    #expect(interface.selection.id != nil)
    #expect(interface.prompt != nil)
  }
}
