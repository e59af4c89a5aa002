import Connections
import Terminal
import Testing

@testable import Monitor

struct MouseTests {
  private func press(_ x: Int, _ y: Int) -> Mouse { Mouse(.press(.left), x: x, y: y) }
  private func double(_ x: Int, _ y: Int) -> Mouse { Mouse(.doubleClick(.left), x: x, y: y) }

  @Test func aClickSelectsItsRow() {
    var interface = Sample.many(100)
    #expect(interface.handle(press(3, interface.line(ofRow: 5))) == nil)
    #expect(interface.selected?.id == Sample.id(6))
    interface.press(.end)
    let top = interface.selection.top
    _ = interface.handle(press(79, interface.line(ofRow: top + 2)))
    #expect(interface.selection.position == top + 2)
    _ = interface.screen(80, 24)
    #expect(interface.selection.top == top)
  }

  @Test func otherButtonsAndPlacesDoNothing() {
    var interface = Sample.many(5)
    interface.press(.down)
    let (selection, view) = (interface.selection, interface.view)
    let below = interface.line(ofRow: 5)
    for y in [-1, 1, 2, 3, below, below + 5, 24, 1000] {
      _ = interface.handle(press(10, y))
      #expect(interface.handle(double(10, y)) == nil)
    }
    let row = interface.line(ofRow: 3)
    for action in [Mouse.Action.press(.middle), .release(.left), .release(nil)] {
      #expect(interface.handle(Mouse(action, x: 3, y: row)) == nil)
    }
    #expect(interface.selection == selection)
    #expect(interface.view == view)
    #expect(interface.panes.isEmpty)
  }

  @Test func aClickOnATitleSorts() throws {
    var interface = Sample.interface()
    _ = interface.screen(80, 24)
    let y = interface.tableLines.lowerBound - 1
    for id in [Column.ID.pid, .process, .rtt] {
      let item = try #require(interface.layout.items.first { $0.id == id })
      _ = interface.handle(press(item.x, y))
      #expect(interface.view.sort == SortOrder(id))
      _ = interface.handle(press(item.x + item.width - 1, y))
      #expect(interface.view.sort == SortOrder(id).reversed)
      _ = interface.screen(80, 24)
    }
    // The column of marks gives no order, and right of the last one there is none.
    let sort = interface.view.sort
    _ = interface.handle(press(0, y))
    _ = interface.handle(press(300, y))
    #expect(interface.view.sort == sort)
  }

  @Test(arguments: [80, 160])
  func aClickOnATabGoesToItsView(_ width: Int) throws {
    var interface = Sample.interface()
    for kind in ViewKind.allCases.reversed() {
      let line = interface.screen(width, 24)[0]
      let tab = try #require(interface.tabs.first { $0.kind == kind })
      let text = line.dropFirst(tab.columns.lowerBound).prefix(tab.columns.count)
      #expect(text.contains("\(kind.number)"))
      _ = interface.handle(press(tab.columns.lowerBound, 0))
      #expect(interface.view.kind == kind)
    }
  }

  @Test func aDoubleClickOpens() {
    var interface = Sample.many(10)
    let y = interface.line(ofRow: 4)
    _ = interface.handle(press(3, y))
    _ = interface.handle(double(3, y))
    #expect(interface.detailed?.id == Sample.id(5))
    interface.press(.escape, .character("2"))
    let group = interface.line(ofRow: 0)
    _ = interface.handle(press(3, group))
    _ = interface.handle(double(3, group))
    #expect(interface.rows.count == 11)
  }

  @Test func theWheelScrollsOrMoves() {
    var interface = Sample.many(100)
    _ = interface.handle(Mouse(.wheelDown, x: 0, y: 0))
    #expect(interface.selection.top == 3)
    #expect(interface.selection.id == nil)
    for _ in 0..<100 { _ = interface.handle(Mouse(.wheelDown, x: 0, y: 0)) }
    _ = interface.screen(80, 24)
    #expect(interface.selection.top == 100 - interface.pageRows)
    for _ in 0..<100 { _ = interface.handle(Mouse(.wheelUp, x: 0, y: 0)) }
    #expect(interface.selection.top == 0)
    interface.press(.down)
    _ = interface.handle(Mouse(.wheelDown, x: 0, y: 0))
    #expect(interface.selected?.id == Sample.id(4))
  }

  @Test func theWheelScrollsDetailsAndHelp() {
    for key in [Key.enter, .function(1)] {
      var interface = Sample.many(10)
      interface.press(.down, key)
      let before = interface.screen(80, 12)
      _ = interface.handle(Mouse(.wheelDown, x: 0, y: 0))
      let after = interface.screen(80, 12)
      #expect(after[1] == before[4])
      #expect(interface.selected?.id == Sample.id(1))
    }
  }

  @Test func theWheelScrollsSidewaysInTheTableOnly() {
    var settings = Settings()
    settings.columns[.connections] = Column.all.map { ColumnChoice($0.id) }
    var interface = Interface(host: "example", settings: settings)
    interface.apply(Sample.first)
    interface.press(.function(1))
    _ = interface.handle(Mouse(.wheelRight, x: 0, y: 0))
    interface.press(.escape)
    #expect(interface.layout.hiddenLeft == 0)
    _ = interface.handle(Mouse(.wheelRight, x: 0, y: 0))
    _ = interface.screen(80, 24)
    #expect(interface.layout.hiddenLeft == 1)
  }

  @Test func linesOfAMenuAreChosenByClicks() throws {
    var interface = Sample.many(3)
    interface.press(.down, .character("k"))
    let lines = interface.boxFrame.lines
    #expect(lines.count > 10)
    #expect(interface.handle(press(40, lines.lowerBound + 2)) == nil)
    #expect(interface.handle(press(40, lines.upperBound + 3)) == nil)
    #expect(interface.handle(double(40, lines.upperBound + 3)) == nil)
    let action = interface.handle(double(40, lines.lowerBound + 2))
    guard case .signal(let signal, _) = action else {
      Issue.record("a double click chooses")
      return
    }
    #expect(signal.name == "HUP")
    #expect(interface.panes.isEmpty)
  }

  @Test func columnsAreToggledByADoubleClick() {
    var interface = Sample.many(3)
    interface.press(.function(2))
    let before = interface.layout.items.map(\.id)
    let y = interface.boxFrame.lines.lowerBound + 2
    _ = interface.handle(press(30, y))
    _ = interface.handle(double(30, y))
    _ = interface.screen(80, 24)
    #expect(interface.layout.items.map(\.id) == before.filter { $0 != before[2] })
  }

  @Test func aClickEndsAPrompt() {
    var interface = Sample.many(20)
    interface.type("/p1")
    _ = interface.screen(80, 24)
    _ = interface.handle(press(3, interface.line(ofRow: 1)))
    #expect(interface.prompt == nil)
    #expect(interface.view.filter.text == "p1")
    // What is no filter stays to be put right.
    interface.type("/ and (")
    _ = interface.handle(double(3, interface.line(ofRow: 1)))
    #expect(interface.prompt != nil)
    #expect(interface.panes.isEmpty)
    interface.press(.escape)
    #expect(interface.view.filter.text == "p1")
    _ = interface.handle(.character("d"))
    interface.press(.control("u"))
    interface.type("2.5")
    #expect(interface.handle(press(3, 0)) == .setDelay(2.5))
  }
}
