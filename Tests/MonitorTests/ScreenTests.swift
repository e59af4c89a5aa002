import Connections
import Terminal
import Testing

@testable import Monitor

struct ScreenTests {
  private static let sizes = [(80, 24), (120, 40), (250, 60), (40, 10)]

  private func text(_ interface: Interface, _ width: Int, _ height: Int) -> String {
    var interface = interface
    return interface.screen(width, height).joined(separator: "\n")
  }

  private func canvas(_ interface: inout Interface, _ width: Int, _ height: Int) -> Canvas {
    var canvas = Canvas(width: width, height: height)
    interface.draw(into: &canvas)
    return canvas
  }

  @Test(arguments: ViewKind.allCases, sizes)
  func everyViewFitsItsSize(_ kind: ViewKind, _ size: (Int, Int)) throws {
    var interface = Sample.interface()
    interface.type("\(kind.number)")
    if kind.grouping != nil { interface.type("*") }
    let canvas = canvas(&interface, size.0, size.1)
    try ExpectedScreen.check(canvas, "\(kind.rawValue)-\(size.0)x\(size.1)")
  }

  @Test(arguments: [(200, 50), (20, 5), (1, 1)])
  func everySizeShowsSomething(_ width: Int, _ height: Int) throws {
    var interface = Sample.interface()
    let canvas = canvas(&interface, width, height)
    try ExpectedScreen.check(canvas, "connections-\(width)x\(height)")
  }

  @Test(arguments: ViewKind.allCases)
  func stylesSayWhatCellsMean(_ kind: ViewKind) throws {
    var interface = Sample.interface()
    interface.type("\(kind.number)")
    _ = interface.handle(.down)
    try ExpectedScreen.checkStyles(canvas(&interface, 80, 24), "\(kind.rawValue)-styles")
  }

  @Test func showsAPrompt() throws {
    var interface = Sample.interface()
    _ = interface.handle(.down)
    interface.type("p")
    try ExpectedScreen.check(canvas(&interface, 80, 12), "prompt-80x12")
  }

  @Test func showsLossesFiltersAndPauses() throws {
    var interface = Sample.interface()
    let health = SourceHealth(
      tracked: 131_072,
      capacity: 131_072,
      losses: [Loss(.openings, 12), Loss(.ends, 1)]
    )
    interface.apply(Sample.batch(2, health: health))
    interface.type("Z/ssh")
    _ = interface.handle(.enter)
    try ExpectedScreen.check(canvas(&interface, 80, 16), "losses-80x16")
  }

  @Test(arguments: sizes)
  func showsTheHelp(_ width: Int, _ height: Int) throws {
    var interface = Sample.interface()
    interface.type("?")
    try ExpectedScreen.check(canvas(&interface, width, height), "help-\(width)x\(height)")
    interface.type("/sort")
    try ExpectedScreen.check(canvas(&interface, width, height), "help-search-\(width)x\(height)")
  }

  @Test(arguments: sizes)
  func showsTheChoiceOfColumns(_ width: Int, _ height: Int) throws {
    var interface = Sample.interface()
    _ = canvas(&interface, width, height)
    interface.type("S")
    try ExpectedScreen.check(canvas(&interface, width, height), "columns-\(width)x\(height)")
  }

  @Test func saysWhyTheTableIsEmpty() {
    var interface = Interface(host: "example")
    #expect(text(interface, 80, 24).contains("Waiting for the first figures…"))
    interface.apply(Sample.batch(0))
    #expect(text(interface, 80, 24).contains("No TCP connections on this host."))
    interface.apply(Sample.batch(1, [.upsert(Sample.connection(1))]))
    interface.type("/nothing")
    #expect(text(interface, 80, 24).contains("Nothing here matches the filter"))
  }

  @Test func marksWhatIsNewAndWhatHasGone() throws {
    var interface = Sample.interface()
    let canvas = canvas(&interface, 80, 24)
    let new = try #require(canvas.lines.firstIndex { $0.hasPrefix("+") })
    #expect(canvas.style(x: 0, y: new) == .new)
    let gone = try #require(canvas.lines.firstIndex { $0.hasPrefix("×") })
    #expect(canvas.style(x: 5, y: gone) == .faint)
    interface.apply(Sample.batch(4))
    #expect(!interface.screen(80, 24).contains { $0.hasPrefix("+") })
  }

  @Test func makesLossAndDelayStandOut() throws {
    var interface = Sample.interface()
    let canvas = canvas(&interface, 80, 24)
    let items = interface.layout.items
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
