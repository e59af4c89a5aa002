import Connections
import Samples
import Terminal
import Testing

@testable import Monitor
@testable import Screens

struct ChooserTests {
  private func openChooser(_ state: ScreenState) -> ColumnChooser? {
    if case .columns(let chooser) = state.panes.last { chooser } else { nil }
  }

  private func titles(_ state: ScreenState) -> [Column.ID] { state.layout.columns.items.map(\.id) }

  /// With the chooser open, its cursor on a column.
  private func choosing(_ id: Column.ID, in kind: ViewKind = .connections) -> ScreenState {
    var state = Sample.state()
    state.press(.character(Character("\(kind.number)")), .function(2), .home)
    let index = openChooser(state)?.items.firstIndex { $0.id == id } ?? 0
    for _ in 0..<index { state.press(.down) }
    return state
  }

  @Test func beginsWithWhatIsOnTheScreen() throws {
    var state = Sample.state()
    state.press(.function(2))
    let items = try #require(openChooser(state)?.items)
    #expect(items.filter(\.isShown).map(\.id) == titles(state))
    #expect(Set(items.map(\.id)) == Set(Column.ID.allCases))
    #expect(items.count == Column.ID.allCases.count)
    #expect(state.current.columns == nil)
  }

  @Test func hidesAndShows() {
    var state = choosing(.rtt)
    let before = titles(state)
    state.press(.character(" "))
    #expect(titles(state) == before.filter { $0 != .rtt })
    #expect(state.current.columns?.map(\.id) == titles(state))
    state.press(.enter)
    #expect(titles(state) == before)
    state.press(.escape)
    #expect(state.panes.isEmpty)
    #expect(titles(state) == before)
  }

  @Test func moves() {
    var state = choosing(.state)
    state.press(.function(7))
    #expect(titles(state).firstIndex(of: .state) == 3)
    #expect(titles(state)[4] == .remote)
    state.press(.character("]"), .character("]"))
    #expect(titles(state).firstIndex(of: .state) == 5)
    #expect(openChooser(state)?.items[5].id == .state)
    state.press(.home, .character("["))
    #expect(openChooser(state)?.cursor == 0)
  }

  @Test func resizesWithinLimits() {
    var state = choosing(.process)
    let ideal = Column.with(.process).width.ideal
    state.press(.right, .right, .character("+"))
    #expect(state.current.columns?.first { $0.id == .process }?.width == ideal + 3)
    #expect(state.layout.columns.items.first { $0.id == .process }?.width == ideal + 3)
    for _ in 0..<50 { state.press(.left) }
    #expect(state.current.columns?.first { $0.id == .process }?.width == 3)
    for _ in 0..<500 { _ = state.handle(.right) }
    #expect(state.current.columns?.first { $0.id == .process }?.width == 400)
  }

  @Test func goesBackToWhatTheScreenAllows() throws {
    var state = choosing(.rtt)
    let before = titles(state)
    state.press(.character(" "), .function(8), .character("a"))
    #expect(state.current.columns == nil)
    #expect(titles(state) == before)
    let items = try #require(openChooser(state)?.items)
    #expect(items.filter(\.isShown).map(\.id) == before, "the marks are those of the screen")
    // On a wider screen there are more of them.
    _ = state.screen(200, 24)
    #expect(openChooser(state)?.items.count(where: \.isShown) == titles(state).count)
    #expect(titles(state).count > before.count)
  }

  @Test func oneColumnIsAlwaysShown() {
    var state = choosing(.mark)
    for _ in 0..<Column.ID.allCases.count {
      if let chooser = openChooser(state), chooser.items[chooser.cursor].isShown {
        state.press(.character(" "))
      }
      state.press(.down)
    }
    #expect(state.current.columns?.count == 1)
    #expect(titles(state).count == 1)
    #expect(state.screen(80, 24).count == 24)
  }

  @Test func isOfOneViewOnly() {
    var state = choosing(.process, in: .listeners)
    state.press(.character(" "), .escape)
    #expect(!titles(state).contains(.process))
    state.press(.character("1"))
    #expect(titles(state).contains(.process))
    #expect(state.current.columns == nil)
    state.press(.character("5"))
    #expect(!titles(state).contains(.process))
  }

  /// A view with every column, which no screen has room for.
  private func wide() -> ScreenState {
    var settings = Settings()
    settings.columns[.connections] = Column.all.map { ColumnChoice($0.id) }
    var state = ScreenState(host: "example", settings: settings)
    state.apply(Sample.first)
    _ = state.screen(80, 24)
    return state
  }

  @Test func scrollsSidewaysToEveryColumn() {
    var state = wide()
    var seen = Set(titles(state))
    #expect(state.layout.columns.hiddenLeft == 0)
    #expect(state.layout.columns.hiddenRight > 0)
    var steps = 0
    while state.layout.columns.hiddenRight > 0, steps < 100 {
      state.press(.right)
      seen.formUnion(titles(state))
      steps += 1
    }
    #expect(seen == Set(Column.ID.allCases))
    // The last one is seen whole.
    let last = state.layout.columns.items.last
    #expect(last?.id == Column.all.last?.id)
    #expect(last?.width == last.map { Column.with($0.id).width.ideal })
    let end = state.layout.columns
    state.press(.right, .right)
    #expect(state.layout.columns == end)
    for _ in 0..<steps { state.press(.left) }
    #expect(state.layout.columns.hiddenLeft == 0)
    state.press(.left)
    #expect(state.layout.columns.hiddenLeft == 0)
  }

  @Test func pointsAtWhatIsOutOfSight() {
    var state = wide()
    #expect(state.screen(80, 24)[4].hasSuffix("▶"))
    state.press(.right)
    #expect(state.screen(80, 24)[4].hasPrefix("◀"))
    // What has room needs no scrolling.
    _ = state.screen(1000, 24)
    #expect(!state.layout.columns.overflows)
    #expect(state.layout.columns.hiddenLeft == 0)
  }

  /// What a line of the list has no room for stands below the list.
  @Test(arguments: [60, 80, 100])
  func everyMeaningCanBeRead(_ width: Int) throws {
    var state = Sample.state()
    state.press(.function(2), width: width)
    let items = try #require(openChooser(state)?.items)
    for item in items {
      let screen = state.screen(width, 24)
      let words = screen.joined(separator: " ").split(separator: " ").joined(separator: " ")
      let meaning = Column.with(item.id).meaning
      #expect(words.contains(meaning), "\(width): \(item.id)")
      // The list stays where it is.
      #expect(screen[23].hasPrefix("  Esc Back") || screen[23].isEmpty)
      state.press(.down, width: width)
    }
  }

  @Test func aShortScreenKeepsTheList() {
    var state = Sample.state()
    _ = state.screen(60, 12)
    state.press(.function(2), width: 60, height: 12)
    let screen = state.screen(60, 12)
    #expect(screen.count { $0.contains("[x]") || $0.contains("[ ]") } == 8)
  }
}
