import Connections
import Terminal
import Testing

@testable import Monitor

struct ChooserTests {
  private func openChooser(_ interface: Interface) -> ColumnChooser? {
    if case .columns(let chooser) = interface.panes.last { chooser } else { nil }
  }

  private func titles(_ interface: Interface) -> [Column.ID] { interface.layout.items.map(\.id) }

  /// With the chooser open, its cursor on a column.
  private func choosing(_ id: Column.ID, in kind: ViewKind = .connections) -> Interface {
    var interface = Sample.interface()
    interface.press(.character(Character("\(kind.number)")), .function(2), .home)
    let index = openChooser(interface)?.items.firstIndex { $0.id == id } ?? 0
    for _ in 0..<index { interface.press(.down) }
    return interface
  }

  @Test func beginsWithWhatIsOnTheScreen() throws {
    var interface = Sample.interface()
    interface.press(.function(2))
    let items = try #require(openChooser(interface)?.items)
    #expect(items.filter(\.isShown).map(\.id) == titles(interface))
    #expect(Set(items.map(\.id)) == Set(Column.ID.allCases))
    #expect(items.count == Column.ID.allCases.count)
    #expect(interface.state.columns == nil)
  }

  @Test func hidesAndShows() {
    var interface = choosing(.rtt)
    let before = titles(interface)
    interface.press(.character(" "))
    #expect(titles(interface) == before.filter { $0 != .rtt })
    #expect(interface.state.columns?.map(\.id) == titles(interface))
    interface.press(.enter)
    #expect(titles(interface) == before)
    interface.press(.escape)
    #expect(interface.panes.isEmpty)
    #expect(titles(interface) == before)
  }

  @Test func moves() {
    var interface = choosing(.state)
    interface.press(.function(7))
    #expect(titles(interface).firstIndex(of: .state) == 3)
    #expect(titles(interface)[4] == .remote)
    interface.press(.character("]"), .character("]"))
    #expect(titles(interface).firstIndex(of: .state) == 5)
    #expect(openChooser(interface)?.items[5].id == .state)
    interface.press(.home, .character("["))
    #expect(openChooser(interface)?.cursor == 0)
  }

  @Test func resizesWithinLimits() {
    var interface = choosing(.process)
    let ideal = Column.with(.process).width.ideal
    interface.press(.right, .right, .character("+"))
    #expect(interface.state.columns?.first { $0.id == .process }?.width == ideal + 3)
    #expect(interface.layout.items.first { $0.id == .process }?.width == ideal + 3)
    for _ in 0..<50 { interface.press(.left) }
    #expect(interface.state.columns?.first { $0.id == .process }?.width == 3)
    for _ in 0..<500 { _ = interface.handle(.right) }
    #expect(interface.state.columns?.first { $0.id == .process }?.width == 400)
  }

  @Test func goesBackToWhatTheScreenAllows() throws {
    var interface = choosing(.rtt)
    let before = titles(interface)
    interface.press(.character(" "), .function(8), .character("a"))
    #expect(interface.state.columns == nil)
    #expect(titles(interface) == before)
    let items = try #require(openChooser(interface)?.items)
    #expect(items.filter(\.isShown).map(\.id) == before, "the marks are those of the screen")
    // On a wider screen there are more of them.
    _ = interface.screen(200, 24)
    #expect(openChooser(interface)?.items.count(where: \.isShown) == titles(interface).count)
    #expect(titles(interface).count > before.count)
  }

  @Test func oneColumnIsAlwaysShown() {
    var interface = choosing(.mark)
    for _ in 0..<Column.ID.allCases.count {
      if let chooser = openChooser(interface), chooser.items[chooser.cursor].isShown {
        interface.press(.character(" "))
      }
      interface.press(.down)
    }
    #expect(interface.state.columns?.count == 1)
    #expect(titles(interface).count == 1)
    #expect(interface.screen(80, 24).count == 24)
  }

  @Test func isOfOneViewOnly() {
    var interface = choosing(.process, in: .listeners)
    interface.press(.character(" "), .escape)
    #expect(!titles(interface).contains(.process))
    interface.press(.character("1"))
    #expect(titles(interface).contains(.process))
    #expect(interface.state.columns == nil)
    interface.press(.character("5"))
    #expect(!titles(interface).contains(.process))
  }

  /// A view with every column, which no screen has room for.
  private func wide() -> Interface {
    var settings = Settings()
    settings.columns[.connections] = Column.all.map { ColumnChoice($0.id) }
    var interface = Interface(host: "example", settings: settings)
    interface.apply(Sample.first)
    _ = interface.screen(80, 24)
    return interface
  }

  @Test func scrollsSidewaysToEveryColumn() {
    var interface = wide()
    var seen = Set(titles(interface))
    #expect(interface.layout.hiddenLeft == 0)
    #expect(interface.layout.hiddenRight > 0)
    var steps = 0
    while interface.layout.hiddenRight > 0, steps < 100 {
      interface.press(.right)
      seen.formUnion(titles(interface))
      steps += 1
    }
    #expect(seen == Set(Column.ID.allCases))
    // The last one is seen whole.
    let last = interface.layout.items.last
    #expect(last?.id == Column.all.last?.id)
    #expect(last?.width == last.map { Column.with($0.id).width.ideal })
    let end = interface.layout
    interface.press(.right, .right)
    #expect(interface.layout == end)
    for _ in 0..<steps { interface.press(.left) }
    #expect(interface.layout.hiddenLeft == 0)
    interface.press(.left)
    #expect(interface.layout.hiddenLeft == 0)
  }

  @Test func pointsAtWhatIsOutOfSight() {
    var interface = wide()
    #expect(interface.screen(80, 24)[4].hasSuffix("▶"))
    interface.press(.right)
    #expect(interface.screen(80, 24)[4].hasPrefix("◀"))
    // What has room needs no scrolling.
    _ = interface.screen(1000, 24)
    #expect(!interface.layout.overflows)
    #expect(interface.layout.hiddenLeft == 0)
  }
}
