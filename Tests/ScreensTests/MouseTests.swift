import Connections
import Samples
import Terminal
import Testing

@testable import Monitor
@testable import Screens

struct MouseTests {
  private func press(_ x: Int, _ y: Int) -> Mouse { Mouse(.press(.left), x: x, y: y) }
  private func double(_ x: Int, _ y: Int) -> Mouse { Mouse(.doubleClick(.left), x: x, y: y) }

  @Test func aClickSelectsItsRow() {
    var state = Sample.many(100)
    #expect(state.handle(press(3, state.line(ofRow: 5))) == nil)
    #expect(state.selected?.id == Sample.id(6))
    state.press(.end)
    let top = state.selection.top
    _ = state.handle(press(79, state.line(ofRow: top + 2)))
    #expect(state.selection.position == top + 2)
    _ = state.screen(80, 24)
    #expect(state.selection.top == top)
  }

  @Test func otherButtonsAndPlacesDoNothing() {
    var state = Sample.many(5)
    state.press(.down)
    let (selection, view) = (state.selection, state.view)
    let below = state.line(ofRow: 5)
    for y in [-1, 1, 2, 3, below, below + 5, 24, 1000] {
      _ = state.handle(press(10, y))
      #expect(state.handle(double(10, y)) == nil)
    }
    let row = state.line(ofRow: 3)
    for action in [Mouse.Action.press(.middle), .release(.left), .release(nil)] {
      #expect(state.handle(Mouse(action, x: 3, y: row)) == nil)
    }
    #expect(state.selection == selection)
    #expect(state.view == view)
    #expect(state.panes.isEmpty)
  }

  @Test func aClickOnATitleSorts() throws {
    var state = Sample.state()
    _ = state.screen(80, 24)
    let y = state.layout.tableLines.lowerBound - 1
    for id in [Column.ID.pid, .process, .rtt] {
      let item = try #require(state.layout.columns.items.first { $0.id == id })
      _ = state.handle(press(item.x, y))
      #expect(state.view.sort == SortOrder(id))
      _ = state.handle(press(item.x + item.width - 1, y))
      #expect(state.view.sort == SortOrder(id).reversed)
      _ = state.screen(80, 24)
    }
    // The column of marks gives no order, and right of the last one there is none.
    let sort = state.view.sort
    _ = state.handle(press(0, y))
    _ = state.handle(press(300, y))
    #expect(state.view.sort == sort)
  }

  @Test(arguments: [80, 160])
  func aClickOnATabGoesToItsView(_ width: Int) throws {
    var state = Sample.state()
    for kind in ViewKind.allCases.reversed() {
      let line = state.screen(width, 24)[0]
      let tab = try #require(state.layout.tabs.first { $0.kind == kind })
      let text = line.dropFirst(tab.columns.lowerBound).prefix(tab.columns.count)
      #expect(text.contains("\(kind.number)"))
      _ = state.handle(press(tab.columns.lowerBound, 0))
      #expect(state.view.kind == kind)
    }
  }

  @Test func aDoubleClickOpens() {
    var state = Sample.many(10)
    let y = state.line(ofRow: 4)
    _ = state.handle(press(3, y))
    _ = state.handle(double(3, y))
    #expect(state.detailed?.id == Sample.id(5))
    state.press(.escape, .character("2"))
    let group = state.line(ofRow: 0)
    _ = state.handle(press(3, group))
    _ = state.handle(double(3, group))
    #expect(state.rows.count == 11)
  }

  @Test func theWheelScrollsOrMoves() {
    var state = Sample.many(100)
    _ = state.handle(Mouse(.wheelDown, x: 0, y: 0))
    #expect(state.selection.top == 3)
    #expect(state.selection.id == nil)
    for _ in 0..<100 { _ = state.handle(Mouse(.wheelDown, x: 0, y: 0)) }
    _ = state.screen(80, 24)
    #expect(state.selection.top == 100 - state.layout.pageRows)
    for _ in 0..<100 { _ = state.handle(Mouse(.wheelUp, x: 0, y: 0)) }
    #expect(state.selection.top == 0)
    state.press(.down)
    _ = state.handle(Mouse(.wheelDown, x: 0, y: 0))
    #expect(state.selected?.id == Sample.id(4))
  }

  @Test func theWheelScrollsDetailsAndHelp() {
    for key in [Key.enter, .function(1)] {
      var state = Sample.many(10)
      state.press(.down, key)
      let before = state.screen(80, 12)
      _ = state.handle(Mouse(.wheelDown, x: 0, y: 0))
      let after = state.screen(80, 12)
      #expect(after[1] == before[4])
      #expect(state.selected?.id == Sample.id(1))
    }
  }

  @Test func theWheelScrollsSidewaysInTheTableOnly() {
    var settings = Settings()
    settings.columns[.connections] = Column.all.map { ColumnChoice($0.id) }
    var state = ScreenState(host: "example", settings: settings)
    state.apply(Sample.first)
    state.press(.function(1))
    _ = state.handle(Mouse(.wheelRight, x: 0, y: 0))
    state.press(.escape)
    #expect(state.layout.columns.hiddenLeft == 0)
    _ = state.handle(Mouse(.wheelRight, x: 0, y: 0))
    _ = state.screen(80, 24)
    #expect(state.layout.columns.hiddenLeft == 1)
  }

  @Test func linesOfAMenuAreChosenByClicks() throws {
    var state = Sample.many(3)
    state.press(.down, .character("k"))
    let lines = state.layout.box.lines
    #expect(lines.count > 10)
    #expect(state.handle(press(40, lines.lowerBound + 2)) == nil)
    #expect(state.handle(press(40, lines.upperBound + 3)) == nil)
    #expect(state.handle(double(40, lines.upperBound + 3)) == nil)
    let action = state.handle(double(40, lines.lowerBound + 2))
    guard case .signal(let signal, _) = action else {
      Issue.record("a double click chooses")
      return
    }
    #expect(signal.name == "HUP")
    #expect(state.panes.isEmpty)
  }

  @Test func columnsAreToggledByADoubleClick() {
    var state = Sample.many(3)
    state.press(.function(2))
    let before = state.layout.columns.items.map(\.id)
    let y = state.layout.box.lines.lowerBound + 2
    _ = state.handle(press(30, y))
    _ = state.handle(double(30, y))
    _ = state.screen(80, 24)
    #expect(state.layout.columns.items.map(\.id) == before.filter { $0 != before[2] })
  }

  @Test func aClickEndsAPrompt() {
    var state = Sample.many(20)
    state.type("/p1")
    _ = state.screen(80, 24)
    _ = state.handle(press(3, state.line(ofRow: 1)))
    #expect(state.prompt == nil)
    #expect(state.view.filter.text == "p1")
    // What is no filter stays to be put right.
    state.type("/ and (")
    _ = state.handle(double(3, state.line(ofRow: 1)))
    #expect(state.prompt != nil)
    #expect(state.panes.isEmpty)
    state.press(.escape)
    #expect(state.view.filter.text == "p1")
    _ = state.handle(.character("d"))
    state.press(.control("u"))
    state.type("2.5")
    #expect(state.handle(press(3, 0)) == .setDelay(2.5))
  }
}
