import Terminal
import Testing
import Tracer

@testable import Monitor

struct ScreenTests {
  /// A screen in one text; several blank lines in a row are told by their number.
  private func text(_ interface: Interface, _ width: Int, _ height: Int) -> String {
    var interface = interface
    var result: [String] = []
    var blanks = 0
    for line in interface.screen(width, height) + ["end"] {
      if line.isEmpty {
        blanks += 1
        continue
      }
      if blanks == 1 { result.append("") }
      if blanks > 1 { result.append("(\(blanks) blank lines)") }
      blanks = 0
      result.append(line)
    }
    return result.dropLast().joined(separator: "\n")
  }

  @Test(arguments: [
    (80, 24, ExpectedScreen.wide80), (120, 40, ExpectedScreen.wide120),
    (200, 50, ExpectedScreen.wide200), (250, 60, ExpectedScreen.wide250),
    (40, 10, ExpectedScreen.wide40), (20, 5, ExpectedScreen.wide20), (1, 1, ExpectedScreen.wide1),
  ])
  func fitsItsSize(_ width: Int, _ height: Int, _ expected: String) {
    #expect(text(Sample.interface(), width, height) == expected)
  }

  @Test func showsAPrompt() {
    var interface = Sample.interface()
    _ = interface.handle(.down)
    interface.type("p")
    #expect(text(interface, 80, 12) == ExpectedScreen.prompt)
  }

  @Test func showsLossesFiltersAndPauses() {
    var interface = Sample.interface()
    let health = Health(tracked: 131_072, capacity: 131_072, tableFull: 12, recordsLost: 1)
    interface.apply(Sample.batch(2, health: health))
    interface.type("Z/ssh")
    _ = interface.handle(.enter)
    #expect(text(interface, 80, 16) == ExpectedScreen.losses)
  }

  @Test func showsTheHelp() {
    var interface = Sample.interface()
    interface.type("?")
    #expect(text(interface, 80, 12) == ExpectedScreen.help)
  }

  @Test func saysWhyTheTableIsEmpty() {
    var interface = Interface(host: "example")
    #expect(text(interface, 80, 24).contains("Waiting for the first figures…"))
    interface.apply(Sample.batch(0))
    #expect(text(interface, 80, 24).contains("No TCP connections on this host."))
    interface.apply(Sample.batch(1, [.opened(Sample.connection(1))]))
    interface.type("/nothing")
    #expect(text(interface, 80, 24).contains("No connection matches the filter"))
  }

  @Test func marksWhatIsNewAndWhatHasGone() throws {
    var interface = Sample.interface()
    var canvas = Canvas(width: 80, height: 24)
    interface.draw(into: &canvas)
    let new = try #require(canvas.lines.firstIndex { $0.hasPrefix("+") })
    #expect(canvas.style(x: 0, y: new) == .new)
    let gone = try #require(canvas.lines.firstIndex { $0.hasPrefix("×") })
    #expect(canvas.style(x: 5, y: gone) == .faint)
    interface.apply(Sample.batch(4))
    #expect(!interface.screen(80, 24).contains { $0.hasPrefix("+") })
  }

  @Test func makesLossAndDelayStandOut() throws {
    var interface = Sample.interface()
    var canvas = Canvas(width: 80, height: 24)
    interface.draw(into: &canvas)
    let items = ColumnLayout(width: 80, sort: .rate).items
    let (rtt, retransmits) = (
      try #require(items.first { $0.id == .rtt }),
      try #require(items.first { $0.id == .retransmits })
    )
    let slow = try #require(canvas.lines.firstIndex { $0.contains("nginx") })
    #expect(canvas.style(x: rtt.x, y: slow) == .medium)
    // Twelve retransmits of long ago are no reason to worry.
    #expect(canvas.style(x: retransmits.x, y: slow) == .plain)
    let lossy = try #require(canvas.lines.firstIndex { $0.contains("ESTAB      1.23M") })
    #expect(canvas.style(x: retransmits.x, y: lossy) == .high)
  }
}
