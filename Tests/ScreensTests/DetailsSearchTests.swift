import Connections
import Samples
import Terminal
import Testing

@testable import Monitor
@testable import Screens

/// The search in the details, and their pause.
struct DetailsSearchTests {
  private func details() -> ScreenState {
    var state = Sample.state()
    state.select(2)
    state.press(.enter)
    state.learn(DetailsSample.socket, of: Sample.id(2))
    return state
  }

  @Test func onlyWhatHasTheTextIsShown() {
    var state = details()
    state.type("/MINRTT")
    let screen = state.screen(80, 24)
    #expect(screen.contains { $0.contains("minrtt") && $0.contains("11.3ms") })
    #expect(screen.contains { $0.contains("queueing") }, "its meaning names it")
    #expect(!screen.contains { $0.contains("rcv_space") || $0.contains("Received") })
    #expect(screen[23].hasPrefix("Search: MINRTT_"))
    state.press(.enter)
    #expect(state.screen(80, 24)[23].hasPrefix("Search: MINRTT   Esc Clear"))
    // Esc takes the search away first, and leaves then.
    state.press(.escape)
    #expect(state.screen(80, 60).contains { $0.contains("Received") })
    state.press(.escape)
    #expect(state.panes.isEmpty)
  }

  @Test func aTitleFindsItsWholeGroup() {
    var state = details()
    state.type("/congestion control")
    let text = state.screen(80, 24).joined(separator: "\n")
    #expect(text.contains("algorithm") && text.contains("bw:10.1Mbps mrtt:11.3ms"))
  }

  @Test func commandsAreFoundAndNothingIsSaid() {
    var state = details()
    state.type("/tcpdump")
    #expect(state.screen(120, 24).contains { $0.contains("tcpdump -ni any") })
    state.press(.control("u"))
    state.type("no such thing")
    #expect(
      state.screen(80, 24).contains { $0.contains("Nothing here matches \"no such thing\".") }
    )
    #expect(state.handle(.character("q")) == nil, "a letter is text")
    #expect(state.handle(.control("c")) == .quit)
  }

  @Test(arguments: [40, 80, 200])
  func aPauseIsToldWithoutCoveringAnything(_ width: Int) {
    var state = details()
    let before = state.screen(width, 24)
    state.press(.character("Z"), width: width)
    let paused = state.screen(width, 24)
    #expect(paused[0].hasPrefix(" PAUSED  1"))
    #expect(paused[0].contains(" 12:00:01"))
    // What a graph ends at is no longer now.
    let still = before.map { $0.replacing("────── now", with: "─ 12:00:01") }
    #expect(paused.dropFirst() == still.dropFirst())
    #expect((still == before) == (width == 40))
    if width == 200 { #expect(paused[0].hasSuffix("12:00:01")) }
  }

  @Test func detailsOpenedDuringAPauseSayWhyTheyAreEmpty() {
    var state = Sample.state()
    state.select(2)
    state.press(.character("Z"), .enter)
    #expect(state.screen(120, 24)[1].contains("Paused before the kernel's details"))
  }
}
