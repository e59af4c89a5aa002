import Connections
import Terminal
import Testing

@testable import Monitor

/// The search in the details, and their pause.
struct DetailsSearchTests {
  private func details() -> Interface {
    var interface = Sample.interface()
    interface.select(2)
    interface.press(.enter)
    interface.learn(DetailsSample.socket, of: Sample.id(2))
    return interface
  }

  @Test func onlyWhatHasTheTextIsShown() {
    var interface = details()
    interface.type("/MINRTT")
    let screen = interface.screen(80, 24)
    #expect(screen.contains { $0.contains("minrtt") && $0.contains("11.3ms") })
    #expect(screen.contains { $0.contains("queueing") }, "its meaning names it")
    #expect(!screen.contains { $0.contains("rcv_space") || $0.contains("Received") })
    #expect(screen[23].hasPrefix("Search: MINRTT_"))
    interface.press(.enter)
    #expect(interface.screen(80, 24)[23].hasPrefix("Search: MINRTT   Esc Clear"))
    // Esc takes the search away first, and leaves then.
    interface.press(.escape)
    #expect(interface.screen(80, 60).contains { $0.contains("Received") })
    interface.press(.escape)
    #expect(interface.panes.isEmpty)
  }

  @Test func aTitleFindsItsWholeGroup() {
    var interface = details()
    interface.type("/congestion control")
    let text = interface.screen(80, 24).joined(separator: "\n")
    #expect(text.contains("algorithm") && text.contains("bw:10.1Mbps mrtt:11.3ms"))
  }

  @Test func commandsAreFoundAndNothingIsSaid() {
    var interface = details()
    interface.type("/tcpdump")
    #expect(interface.screen(120, 24).contains { $0.contains("tcpdump -ni any") })
    interface.press(.control("u"))
    interface.type("no such thing")
    #expect(
      interface.screen(80, 24).contains { $0.contains("Nothing here matches \"no such thing\".") }
    )
    #expect(interface.handle(.character("q")) == nil, "a letter is text")
    #expect(interface.handle(.control("c")) == .quit)
  }

  @Test(arguments: [40, 80, 200])
  func aPauseIsToldWithoutCoveringAnything(_ width: Int) {
    var interface = details()
    let before = interface.screen(width, 24)
    interface.press(.character("Z"), width: width)
    let paused = interface.screen(width, 24)
    #expect(paused[0].hasPrefix(" PAUSED  1"))
    #expect(paused.dropFirst() == before.dropFirst())
    if width == 200 { #expect(paused[0].hasSuffix("12:00:01")) }
  }

  @Test func detailsOpenedDuringAPauseSayWhyTheyAreEmpty() {
    var interface = Sample.interface()
    interface.select(2)
    interface.press(.character("Z"), .enter)
    #expect(interface.screen(120, 24)[1].contains("Paused before the kernel's details"))
  }
}
