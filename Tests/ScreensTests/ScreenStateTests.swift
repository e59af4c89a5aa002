import Connections
import Samples
import StyledText
import Terminal
import Testing

@testable import Monitor
@testable import Screens

struct InterfaceTests {
  private func cookies(_ state: ScreenState) -> [UInt64] {
    (0..<state.model.count).compactMap { state.model.row(at: $0)?.id.cookie }
  }

  /// An state with this many connections, ordered by PID, which is their cookie.
  private func many(_ count: UInt64) -> ScreenState {
    var state = ScreenState(host: "example", settings: Sample.settings(.pid))
    let deltas = (1...count).map { cookie -> Delta in
      .upsert(Sample.connection(cookie, owner: Sample.owner(Int32(cookie), "p\(cookie)")))
    }
    state.apply(Sample.batch(0, deltas))
    _ = state.screen(80, 24)
    return state
  }

  @Test func noKeyHasTwoMeaningsInOnePlace() {
    for context in Context.allCases {
      let keys = Binding.all.filter { $0.contexts.contains(context) }.flatMap(\.keys)
      #expect(Set(keys).count == keys.count, "\(context)")
    }
    #expect(Set(Binding.all.map(\.command)) == Set(Command.allCases))
    #expect(Binding.all.count == Command.allCases.count)
  }

  @Test func theHelpHasEveryKeyAndColumn() {
    let text = HelpView.lines(HelpPane(.table), KeyMap(), width: 200).joined(separator: "\n")
    for binding in Binding.all {
      #expect(text.contains("  \(KeyMap().label(of: binding.command)) "))
      #expect(text.contains(binding.meaning))
    }
    for column in Column.all { #expect(text.contains(column.meaning)) }
  }

  /// It would hide the keys for as long as nobody presses one.
  @Test(arguments: [false, true]) func messagesGoUnlessTheyAreProblems(_ isPaused: Bool) {
    for isProblem in [false, true] {
      var state = Sample.state()
      if isPaused { state.press(.character("Z")) }
      state.tell("the kernel closed it", isProblem: isProblem)
      for second in 2...6 { state.apply(Sample.batch(Double(second))) }
      #expect(state.screen(80, 24)[23] == "the kernel closed it")
      state.apply(Sample.batch(7))
      #expect((state.screen(80, 24)[23] == "the kernel closed it") == isProblem)
      // Another one has its own time.
      state.tell("Saved")
      state.apply(Sample.batch(8))
      #expect(state.message?.text == "Saved")
    }
  }

  @Test func keysForTheProgramAreHandedOn() {
    var state = Sample.state()
    #expect(state.handle(.character("q")) == .quit)
    #expect(state.handle(.function(10)) == .quit)
    #expect(state.handle(.control("c")) == .quit)
    #expect(state.handle(.control("z")) == .suspend)
    #expect(state.handle(.control("l")) == .redraw)
    // Also from a prompt and from the help, where letters mean something else.
    for key in [Key.character("/"), .function(1)] {
      _ = state.handle(key)
      #expect(state.handle(.control("c")) == .quit)
      #expect(state.handle(.control("z")) == .suspend)
      #expect((state.handle(.character("q")) == .quit) == (key == .function(1)))
      _ = state.handle(.escape)
    }
    #expect(state.handle(.tab) == nil)
  }

  @Test func movesTheSelection() {
    var state = many(100)
    func position(after keys: Key...) -> Int? {
      for key in keys { _ = state.handle(key) }
      _ = state.screen(80, 24)
      return state.selection.id == nil ? nil : state.selection.position
    }
    let page = state.layout.pageRows
    #expect(page > 10)
    #expect(state.selection.id == nil)
    #expect(position(after: .down) == 0)
    #expect(position(after: .control("n"), .down) == 2)
    #expect(position(after: .up, .control("p"), .up) == 0)
    #expect(position(after: .pageDown) == page)
    #expect(position(after: .pageUp, .pageUp) == 0)
    #expect(position(after: .end) == 99)
    #expect(position(after: .home) == 0)
    #expect(position(after: .character("G"), .pageDown, .down) == 99)
    #expect(state.selection.top == 100 - page)
    #expect(position(after: .character("g")) == 0)
    #expect(position(after: .escape) == nil)
  }

  @Test func theSelectionStaysOnItsConnection() {
    var state = many(100)
    for _ in 0..<11 { _ = state.handle(.down) }
    _ = state.screen(80, 24)
    let line = state.selection.position - state.selection.top
    #expect(state.selection.id == Sample.id(11))
    // Fifty rows come in above it.
    let deltas = (200..<250).map { cookie -> Delta in
      .upsert(Sample.connection(UInt64(cookie), owner: Sample.owner(0, "kernel")))
    }
    state.apply(Sample.batch(1, deltas))
    _ = state.screen(80, 24)
    #expect(state.selection.id == Sample.id(11))
    #expect(state.selection.position == 60)
    #expect(state.selection.position - state.selection.top == line)
    _ = state.handle(.character("I"))
    // A key that sorts shows the top; only a followed row is kept to.
    #expect(state.selection.position == 0)
  }

  @Test func theSelectionStaysInPlaceWhenItsConnectionHasLeft() {
    var state = many(20)
    for _ in 0..<6 { _ = state.handle(.down) }
    #expect(state.selection.id == Sample.id(6))
    state.apply(Sample.batch(1, [.ended(Sample.connection(6, closed: (1, .fin)))]))
    #expect(state.selection.id == Sample.id(6))
    state.apply(Sample.batch(7))
    #expect(state.selection.id == Sample.id(7))
    #expect(state.selection.position == 5)
  }

  @Test func theSelectedRowIsDrawnReversed() {
    var state = many(5)
    _ = state.handle(.down)
    _ = state.handle(.down)
    var canvas = Canvas(width: 80, height: 24)
    state.draw(into: &canvas)
    let row = canvas.lines.firstIndex { $0.contains(" p2 ") }
    #expect(row != nil)
    for y in 5..<10 {
      #expect((canvas.style(x: 3, y: y) == .selected) == (y == row))
    }
  }

  @Test func sortsByKeys() {
    var state = Sample.state()
    let keys: [(Character, Column.ID)] = [
      ("b", .bytes), ("r", .rate), ("t", .rtt), ("x", .retransmits),
    ]
    for (key, column) in keys {
      state.type(String(key))
      #expect(state.model.view.sort == SortOrder(column, isDescending: true))
      state.type(String(key))
      #expect(state.model.view.sort == SortOrder(column, isDescending: false))
    }
    state.type("x")
    #expect(cookies(state).first == 4)
    state.type("I")
    #expect(state.model.view.sort == SortOrder(.retransmits, isDescending: false))
    state.type("t")
    #expect(cookies(state).first == 4)
  }

  @Test func choosesTheColumnBesides() {
    var state = Sample.state()
    _ = state.screen(80, 24)
    state.type(">")
    #expect(state.model.view.sort.column == .sendRate)
    state.type("<<")
    #expect(state.model.view.sort.column == .state)
    var seen: Set<Column.ID> = []
    for _ in 0..<8 {
      _ = state.handle(.right)
      seen.insert(state.model.view.sort.column)
    }
    #expect(seen.count == 8)
    #expect(state.model.view.sort.column == .state)
  }

  @Test func theOrderIsMarkedInTheTitles() {
    var state = Sample.state()
    #expect(state.screen(80, 24)[4].contains("avg RX▼ avg TX▼"))
    state.type("t")
    #expect(state.screen(80, 24)[4].contains("RTT▼"))
    state.type("tb")
    #expect(state.screen(80, 24)[4].contains("TOTAL▼"))
  }

  @Test func pauseHoldsThePictureStill() {
    var state = Sample.state()
    let before = state.screen(80, 24)
    state.type("Z")
    #expect(state.isPaused)
    let paused = state.screen(80, 24)
    #expect(paused[0].contains("PAUSED"))
    #expect(paused.dropFirst() == before.dropFirst())

    state.apply(Sample.batch(2, [.counters(Sample.id(3), .finWait1, Counters(bytesSent: 99))]))
    #expect(state.screen(80, 24) == paused)
    // What is held still can be looked through.
    state.type("t")
    #expect(state.screen(80, 24) != paused)
    #expect(cookies(state).first == 4)

    state.type("Z")
    #expect(!state.isPaused)
    #expect(state.model.view.sort.column == .rtt)
    let screen = state.screen(80, 24)
    #expect(!screen[0].contains("PAUSED"))
    #expect(screen.contains { $0.contains("FIN-WAIT-1") })
    #expect(state.screen(120, 24)[0].contains("12:00:02"))
  }

  @Test func helpOpensScrollsAndLeaves() {
    for key in [Key.function(1), .character("?"), .character("h")] {
      var state = Sample.state()
      let before = state.screen(80, 24)
      _ = state.handle(key)
      let top = state.screen(80, 24)
      #expect(top[0].contains("Help"))
      _ = state.handle(.down)
      #expect(state.screen(80, 24)[1] == top[2])
      _ = state.handle(.end)
      let last = HelpView.lines(HelpPane(.table), KeyMap(), width: 80).last ?? ""
      #expect(state.screen(80, 24)[22].hasPrefix(last.prefix(60)))
      _ = state.handle(.home)
      #expect(state.screen(80, 24) == top)
      _ = state.handle(.escape)
      #expect(state.screen(80, 24) == before)
    }
  }
}
