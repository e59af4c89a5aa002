import Connections
import Terminal
import Testing

@testable import Monitor

struct InterfaceTests {
  private func cookies(_ interface: Interface) -> [UInt64] {
    (0..<interface.model.count).compactMap { interface.model.row(at: $0)?.id.cookie }
  }

  /// An interface with this many connections, ordered by PID, which is their cookie.
  private func many(_ count: UInt64) -> Interface {
    var interface = Interface(host: "example", settings: Sample.settings(.pid))
    let deltas = (1...count).map { cookie -> Delta in
      .upsert(Sample.connection(cookie, owner: Sample.owner(Int32(cookie), "p\(cookie)")))
    }
    interface.apply(Sample.batch(0, deltas))
    _ = interface.screen(80, 24)
    return interface
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
    let text = HelpView.lines(HelpPane(.table), KeyMap()).joined(separator: "\n")
    for binding in Binding.all {
      #expect(text.contains("  \(KeyMap().label(of: binding.command)) "))
      #expect(text.contains(binding.meaning))
    }
    for column in Column.all { #expect(text.contains(column.meaning)) }
  }

  @Test func keysForTheProgramAreHandedOn() {
    var interface = Sample.interface()
    #expect(interface.handle(.character("q")) == .quit)
    #expect(interface.handle(.function(10)) == .quit)
    #expect(interface.handle(.control("c")) == .quit)
    #expect(interface.handle(.control("z")) == .suspend)
    #expect(interface.handle(.control("l")) == .redraw)
    // Also from a prompt and from the help, where letters mean something else.
    for key in [Key.character("/"), .function(1)] {
      _ = interface.handle(key)
      #expect(interface.handle(.control("c")) == .quit)
      #expect(interface.handle(.control("z")) == .suspend)
      #expect((interface.handle(.character("q")) == .quit) == (key == .function(1)))
      _ = interface.handle(.escape)
    }
    #expect(interface.handle(.tab) == nil)
  }

  @Test func movesTheSelection() {
    var interface = many(100)
    func position(after keys: Key...) -> Int? {
      for key in keys { _ = interface.handle(key) }
      _ = interface.screen(80, 24)
      return interface.selection.id == nil ? nil : interface.selection.position
    }
    let page = interface.pageRows
    #expect(page > 10)
    #expect(interface.selection.id == nil)
    #expect(position(after: .down) == 0)
    #expect(position(after: .control("n"), .down) == 2)
    #expect(position(after: .up, .control("p"), .up) == 0)
    #expect(position(after: .pageDown) == page)
    #expect(position(after: .pageUp, .pageUp) == 0)
    #expect(position(after: .end) == 99)
    #expect(position(after: .home) == 0)
    #expect(position(after: .character("G"), .pageDown, .down) == 99)
    #expect(interface.selection.top == 100 - page)
    #expect(position(after: .character("g")) == 0)
    #expect(position(after: .escape) == nil)
  }

  @Test func theSelectionStaysOnItsConnection() {
    var interface = many(100)
    for _ in 0..<11 { _ = interface.handle(.down) }
    _ = interface.screen(80, 24)
    let line = interface.selection.position - interface.selection.top
    #expect(interface.selection.id == Sample.id(11))
    // Fifty rows come in above it.
    let deltas = (200..<250).map { cookie -> Delta in
      .upsert(Sample.connection(UInt64(cookie), owner: Sample.owner(0, "kernel")))
    }
    interface.apply(Sample.batch(1, deltas))
    _ = interface.screen(80, 24)
    #expect(interface.selection.id == Sample.id(11))
    #expect(interface.selection.position == 60)
    #expect(interface.selection.position - interface.selection.top == line)
    _ = interface.handle(.character("I"))
    // A key that sorts shows the top; only a followed row is kept to.
    #expect(interface.selection.position == 0)
  }

  @Test func theSelectionStaysInPlaceWhenItsConnectionHasLeft() {
    var interface = many(20)
    for _ in 0..<6 { _ = interface.handle(.down) }
    #expect(interface.selection.id == Sample.id(6))
    interface.apply(Sample.batch(1, [.ended(Sample.connection(6, closed: (1, .fin)))]))
    #expect(interface.selection.id == Sample.id(6))
    interface.apply(Sample.batch(7))
    #expect(interface.selection.id == Sample.id(7))
    #expect(interface.selection.position == 5)
  }

  @Test func theSelectedRowIsDrawnReversed() {
    var interface = many(5)
    _ = interface.handle(.down)
    _ = interface.handle(.down)
    var canvas = Canvas(width: 80, height: 24)
    interface.draw(into: &canvas)
    let row = canvas.lines.firstIndex { $0.contains(" p2 ") }
    #expect(row != nil)
    for y in 5..<10 {
      #expect((canvas.style(x: 3, y: y) == .selected) == (y == row))
    }
  }

  @Test func sortsByKeys() {
    var interface = Sample.interface()
    let keys: [(Character, Column.ID)] = [
      ("b", .bytes), ("r", .rate), ("t", .rtt), ("x", .retransmits),
    ]
    for (key, column) in keys {
      interface.type(String(key))
      #expect(interface.model.view.sort == SortOrder(column, isDescending: true))
      interface.type(String(key))
      #expect(interface.model.view.sort == SortOrder(column, isDescending: false))
    }
    interface.type("x")
    #expect(cookies(interface).first == 4)
    interface.type("I")
    #expect(interface.model.view.sort == SortOrder(.retransmits, isDescending: false))
    interface.type("t")
    #expect(cookies(interface).first == 4)
  }

  @Test func choosesTheColumnBesides() {
    var interface = Sample.interface()
    _ = interface.screen(80, 24)
    interface.type(">")
    #expect(interface.model.view.sort.column == .sendRate)
    interface.type("<<")
    #expect(interface.model.view.sort.column == .state)
    var seen: Set<Column.ID> = []
    for _ in 0..<8 {
      _ = interface.handle(.right)
      seen.insert(interface.model.view.sort.column)
    }
    #expect(seen.count == 8)
    #expect(interface.model.view.sort.column == .state)
  }

  @Test func theOrderIsMarkedInTheTitles() {
    var interface = Sample.interface()
    #expect(interface.screen(80, 24)[4].contains("avg RX▼ avg TX▼"))
    interface.type("t")
    #expect(interface.screen(80, 24)[4].contains("RTT▼"))
    interface.type("tb")
    #expect(interface.screen(80, 24)[4].contains("TOTAL▼"))
  }

  @Test func pauseHoldsThePictureStill() {
    var interface = Sample.interface()
    let before = interface.screen(80, 24)
    interface.type("Z")
    #expect(interface.isPaused)
    let paused = interface.screen(80, 24)
    #expect(paused[0].contains("PAUSED"))
    #expect(paused.dropFirst() == before.dropFirst())

    interface.apply(Sample.batch(2, [.counters(Sample.id(3), .finWait1, Counters(bytesSent: 99))]))
    #expect(interface.screen(80, 24) == paused)
    // What is held still can be looked through.
    interface.type("t")
    #expect(interface.screen(80, 24) != paused)
    #expect(cookies(interface).first == 4)

    interface.type("Z")
    #expect(!interface.isPaused)
    #expect(interface.model.view.sort.column == .rtt)
    let screen = interface.screen(80, 24)
    #expect(!screen[0].contains("PAUSED"))
    #expect(screen.contains { $0.contains("FIN-WAIT-1") })
    #expect(interface.screen(120, 24)[0].contains("12:00:02"))
  }

  @Test func helpOpensScrollsAndLeaves() {
    for key in [Key.function(1), .character("?"), .character("h")] {
      var interface = Sample.interface()
      let before = interface.screen(80, 24)
      _ = interface.handle(key)
      let top = interface.screen(80, 24)
      #expect(top[0].contains("Help"))
      _ = interface.handle(.down)
      #expect(interface.screen(80, 24)[1] == top[2])
      _ = interface.handle(.end)
      let last = HelpView.lines(HelpPane(.table), KeyMap()).last ?? ""
      #expect(interface.screen(80, 24)[22].hasPrefix(last.prefix(60)))
      _ = interface.handle(.home)
      #expect(interface.screen(80, 24) == top)
      _ = interface.handle(.escape)
      #expect(interface.screen(80, 24) == before)
    }
  }
}
