import Connections
import Terminal
import Testing

@testable import Monitor

struct DetailsPaneTests {
  private func openPane(_ interface: Interface) -> DetailsPane? {
    for case .details(let pane) in interface.panes { return pane }
    return nil
  }

  private func opened(_ cookie: UInt64) -> Interface {
    var interface = Sample.interface()
    interface.select(cookie)
    interface.press(.enter)
    return interface
  }

  private func socket(_ seconds: Double) -> SocketDetails {
    SocketDetails(time: Sample.time(seconds), state: .established)
  }

  @Test func opensAndLeaves() {
    for key in [Key.escape, .enter] {
      var interface = opened(2)
      #expect(interface.detailed?.id == Sample.id(2))
      #expect(interface.detailedProcess?.pid == 1234)
      let title = interface.screen(120, 30)[0]
      #expect(title.contains("10.0.0.5:40000 → 192.0.2.1:443"))
      #expect(title.contains("curl 1234"))
      interface.press(key)
      #expect(interface.panes.isEmpty)
      #expect(interface.detailed == nil)
      #expect(interface.detailedProcess == nil)
      #expect(interface.selected?.id == Sample.id(2))
    }
  }

  @Test func withoutASelectionItSaysWhatToDo() {
    var interface = Sample.interface()
    interface.press(.enter)
    #expect(interface.panes.isEmpty)
    #expect(interface.message?.text == "Select a row first (Up/Down)")
  }

  @Test func followsItsConnection() {
    var interface = opened(2)
    interface.apply(
      Sample.batch(2, [.counters(Sample.id(2), .closeWait, Sample.counters(7_000_000, 130_000))])
    )
    #expect(openPane(interface)?.connection.state == .closeWait)
    #expect(openPane(interface)?.connection.counters.bytesReceived == 7_000_000)
    #expect(interface.screen(120, 30)[0].contains("CLOSE-WAIT"))
  }

  @Test func learnsWhatIsOfItsConnectionOnly() {
    var interface = opened(2)
    interface.learn(socket(2), of: Sample.id(3))
    #expect(openPane(interface)?.socket == nil)
    interface.learn(socket(2), of: Sample.id(2))
    #expect(openPane(interface)?.socket == socket(2))
    #expect(openPane(interface)?.previousSocket == nil)
    // An answer that comes too soon is no other sample.
    interface.learn(socket(2.1), of: Sample.id(2))
    #expect(openPane(interface)?.previousSocket == nil)
    interface.learn(socket(3.1), of: Sample.id(2))
    #expect(openPane(interface)?.previousSocket == socket(2.1))
  }

  @Test func aSocketThatIsGoneIsToldAndMayComeBack() {
    var interface = opened(2)
    interface.learn(socket(2), of: Sample.id(2))
    interface.learn(nil as SocketDetails?, of: Sample.id(2))
    #expect(openPane(interface)?.isSocketGone == true)
    #expect(openPane(interface)?.socket == socket(2), "the last figures stay")
    interface.learn(socket(3), of: Sample.id(2))
    #expect(openPane(interface)?.isSocketGone == false)
  }

  @Test func theEndOfTheConnectionIsShown() {
    var interface = opened(2)
    let closed = Sample.connection(2, state: .closed, closed: (2, .reset))
    interface.apply(Sample.batch(2, [.ended(closed)]))
    #expect(interface.detailed == nil, "there is no socket to ask about")
    #expect(interface.screen(120, 30)[0].contains("reset"))
    #expect(interface.detailedProcess?.pid == 1234)
    interface.apply(Sample.batch(60))
    #expect(openPane(interface)?.connection.end?.reason == .reset)
    #expect(interface.screen(120, 30)[0].contains("reset"))
  }

  @Test func aRowThatVanishesLeavesTheDetails() {
    var interface = Sample.pairs()
    interface.press(.character("5"), .down, .enter)
    let before = interface.screen(120, 30)
    let listener = Sample.connection(9, remote: Sample.endpoint("0.0.0.0", 0), state: .listen)
    interface.apply(Sample.batch(0, [.ended(listener)]))
    #expect(interface.rows.isEmpty)
    #expect(openPane(interface)?.connection.id == Sample.id(9))
    #expect(interface.screen(120, 30)[3] == before[3])
    interface.press(.escape)
    #expect(interface.panes.isEmpty)
    #expect(interface.selected == nil)
  }

  @Test func scrollsWithinItsLines() {
    var interface = opened(2)
    _ = interface.screen(80, 10)
    interface.press(.up, width: 80, height: 10)
    #expect(openPane(interface)?.top == 0)
    interface.press(.down, .down, width: 80, height: 10)
    #expect(openPane(interface)?.top == 2)
    interface.press(.pageDown, width: 80, height: 10)
    #expect(openPane(interface)?.top == 10)
    interface.press(.end, width: 80, height: 10)
    let last = openPane(interface)?.top ?? 0
    #expect(last > 10)
    interface.press(.down, .pageDown, width: 80, height: 10)
    #expect(openPane(interface)?.top == last)
    interface.press(.up, width: 80, height: 10)
    #expect(openPane(interface)?.top == last - 1)
    // On a screen that has room for all of it, it stands at the top.
    _ = interface.screen(250, 400)
    #expect(openPane(interface)?.top == 0)
    interface.press(.home, width: 80, height: 10)
    #expect(openPane(interface)?.top == 0)
  }

  @Test func theHelpOverItKeepsIt() {
    var interface = opened(2)
    interface.press(.function(1))
    interface.apply(Sample.batch(2, [.counters(Sample.id(2), .closeWait, Counters())]))
    #expect(interface.detailed?.state == .closeWait)
    interface.press(.escape)
    #expect(interface.context == .details)
  }
}
