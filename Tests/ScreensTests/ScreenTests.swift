import Connections
import Samples
import StyledText
import Terminal
import Testing

@testable import Monitor
@testable import Screens

struct ScreenTests {
  private static let sizes = [(80, 24), (120, 40), (250, 60), (40, 10)]

  private func text(_ state: ScreenState, _ width: Int, _ height: Int) -> String {
    var state = state
    return state.screen(width, height).joined(separator: "\n")
  }

  private func canvas(_ state: inout ScreenState, _ width: Int, _ height: Int) -> Canvas {
    var canvas = Canvas(width: width, height: height)
    state.draw(into: &canvas)
    return canvas
  }

  @Test(arguments: ViewKind.allCases, sizes)
  func everyViewFitsItsSize(_ kind: ViewKind, _ size: (Int, Int)) throws {
    var state = Sample.state()
    state.type("\(kind.number)")
    if kind.grouping != nil { state.type("*") }
    let canvas = canvas(&state, size.0, size.1)
    try ExpectedScreen.check(canvas, "\(kind.rawValue)-\(size.0)x\(size.1)")
  }

  @Test(arguments: [(200, 50), (20, 5), (1, 1)])
  func everySizeShowsSomething(_ width: Int, _ height: Int) throws {
    var state = Sample.state()
    let canvas = canvas(&state, width, height)
    try ExpectedScreen.check(canvas, "connections-\(width)x\(height)")
  }

  @Test(arguments: ViewKind.allCases)
  func stylesSayWhatCellsMean(_ kind: ViewKind) throws {
    var state = Sample.state()
    state.type("\(kind.number)")
    _ = state.handle(.down)
    try ExpectedScreen.checkStyles(canvas(&state, 80, 24), "\(kind.rawValue)-styles")
  }

  @Test func showsAPrompt() throws {
    var state = Sample.state()
    _ = state.handle(.down)
    state.type("p")
    try ExpectedScreen.check(canvas(&state, 80, 12), "prompt-80x12")
  }

  @Test func showsLossesFiltersAndPauses() throws {
    var state = Sample.state()
    let health = SourceHealth(
      tracked: 131_072,
      capacity: 131_072,
      losses: [Loss(.openings, 12), Loss(.ends, 1)]
    )
    state.apply(Sample.batch(2, health: health))
    state.type("Z/ssh")
    _ = state.handle(.enter)
    try ExpectedScreen.check(canvas(&state, 80, 16), "losses-80x16")
  }

  @Test(arguments: sizes)
  func showsTheHelp(_ width: Int, _ height: Int) throws {
    var state = Sample.state()
    state.type("?")
    try ExpectedScreen.check(canvas(&state, width, height), "help-\(width)x\(height)")
    state.type("/sort")
    try ExpectedScreen.check(canvas(&state, width, height), "help-search-\(width)x\(height)")
  }

  @Test(arguments: sizes)
  func showsTheChoiceOfColumns(_ width: Int, _ height: Int) throws {
    var state = Sample.state()
    _ = canvas(&state, width, height)
    state.type("S")
    try ExpectedScreen.check(canvas(&state, width, height), "columns-\(width)x\(height)")
  }

  @Test func saysWhyTheTableIsEmpty() {
    var state = ScreenState(host: "example")
    #expect(text(state, 80, 24).contains("Waiting for the first figures…"))
    state.apply(Sample.batch(0))
    #expect(text(state, 80, 24).contains("No TCP connections on this host."))
    state.apply(Sample.batch(1, [.upsert(Sample.connection(1))]))
    state.type("/nothing")
    #expect(text(state, 80, 24).contains("Nothing here matches the filter"))
  }

  @Test func marksWhatIsNewAndWhatHasGone() throws {
    var state = Sample.state()
    let canvas = canvas(&state, 80, 24)
    let new = try #require(canvas.lines.firstIndex { $0.hasPrefix("+") })
    #expect(canvas.style(x: 0, y: new) == .new)
    let gone = try #require(canvas.lines.firstIndex { $0.hasPrefix("×") })
    #expect(canvas.style(x: 5, y: gone) == .faint)
    state.apply(Sample.batch(4))
    #expect(!state.screen(80, 24).contains { $0.hasPrefix("+") })
  }

  @Test func makesLossAndDelayStandOut() throws {
    var state = Sample.state()
    let canvas = canvas(&state, 80, 24)
    let items = state.layout.columns.items
    let (rtt, retransmits) = (
      try #require(items.first { $0.id == .rtt }),
      try #require(items.first { $0.id == .retransmits })
    )
    let slow = try #require(canvas.lines.firstIndex { $0.contains("nginx") })
    #expect(canvas.style(x: rtt.x, y: slow) == .medium)
    // Twelve retransmits of long ago are no reason to worry.
    #expect(canvas.style(x: retransmits.x, y: slow) == .plain)
    let lossy = try #require(canvas.lines.firstIndex { $0.contains(#/ESTAB +1.23M/#) })
    #expect(canvas.style(x: retransmits.x, y: lossy) == .high)
  }
}
