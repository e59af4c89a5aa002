import Connections
import Samples
import Terminal
import Testing

@testable import Monitor
@testable import Screens

struct ActingTests {
  private func openMenu(_ state: ScreenState) -> Menu? {
    if case .menu(let menu) = state.panes.last { menu } else { nil }
  }

  private func pids(_ action: Action?) -> [Int32]? {
    guard case .signal(_, let processes) = action else { return nil }
    return processes.map(\.pid)
  }

  private func cookies(_ action: Action?) -> [UInt64]? {
    guard case .close(let connections) = action else { return nil }
    return connections.map(\.id.cookie).sorted()
  }

  @Test func theMenuOfOneProcessBeginsAtTerm() throws {
    var state = Sample.many(3)
    state.press(.down, .down, .character("k"))
    let menu = try #require(openMenu(state))
    #expect(menu.chosen?.text.contains("TERM") == true)
    #expect(menu.items.first?.text == "Cancel")
    #expect(menu.items.count == ProcessSignal.all.count + 1)
    #expect(menu.title == ["Send a signal to p2, PID 2", "/usr/bin/p2"])
    let screen = state.screen(80, 24).joined(separator: "\n")
    #expect(screen.contains("Send a signal to p2, PID 2"))
    #expect(state.handle(.enter) == .signal(ProcessSignal.all[0], [Sample.process(2).id]))
    #expect(state.panes.isEmpty)
  }

  @Test func anotherSignalIsChosenByMoving() throws {
    var state = Sample.many(3)
    state.press(.down, .function(9), .end)
    let last = try #require(ProcessSignal.all.last)
    #expect(state.handle(.enter) == .signal(last, [Sample.process(1).id]))
    state.press(.character("k"), .down, .down, .up, .escape)
    #expect(state.panes.isEmpty)
    #expect(state.selected?.id == Sample.id(1))
  }

  @Test func aRowThatGoesDoesNotChangeTheMenu() {
    var state = Sample.many(3)
    state.press(.down, .character("k"))
    state.apply(Sample.batch(1, [.ended(Sample.connection(1, closed: (1, .fin)))]))
    state.apply(Sample.batch(60))
    _ = state.screen(80, 24)
    #expect(state.selected?.id == Sample.id(2))
    #expect(pids(state.handle(.enter)) == [1])
  }

  @Test func aGroupIsOneProcess() {
    var state = Sample.pairs()
    state.press(.character("2"), .down, .down, .character("k"))
    #expect(pids(state.handle(.enter)) == [20])
    // A host has connections of two.
    state.press(.character("3"), .down, .character("k"))
    #expect(openMenu(state)?.title.first == "Send a signal to 2 processes")
    #expect(openMenu(state)?.chosen?.text == "Cancel")
    #expect(state.handle(.enter) == nil)
    state.press(.character("k"), .down)
    #expect(pids(state.handle(.enter)) == [10, 20])
  }

  @Test func taggedRowsGoBeforeTheSelectedOne() {
    var state = Sample.pairs()
    state.select(1)
    state.press(.character(" "), .character(" "), .character(" "))
    #expect(state.selected?.id == Sample.id(4))
    state.press(.character("k"))
    #expect(
      openMenu(state)?.title == [
        "Send a signal to 2 processes", "(3 tagged connections, not the selected row)",
        "curl 10, nginx 20",
      ]
    )
    #expect(state.handle(.enter) == nil, "Cancel comes first")
    state.press(.character("k"), .down)
    #expect(pids(state.handle(.enter)) == [10, 20], "each process once")
    state.press(.character("K"))
    #expect(
      openMenu(state)?.title.prefix(2) == [
        "Close 3 connections?", "(3 tagged connections, not the selected row)",
      ]
    )
    state.press(.down)
    #expect(cookies(state.handle(.enter)) == [1, 2, 3])
  }

  @Test func aTagThatIsNotSeenDoesNotAct() {
    var state = Sample.pairs()
    state.select(1)
    state.press(.character(" "))
    // Another filter, and another view.
    state.filter("nginx")
    #expect(state.screen(80, 24)[0].hasPrefix(" 1 tagged, hidden by this view or filter "))
    state.press(.home, .character("k"))
    #expect(openMenu(state)?.title == ["Send a signal to nginx, PID 20", "/usr/bin/nginx"])
    #expect(pids(state.handle(.enter)) == [20])
    state.press(.character("K"), .down)
    #expect(cookies(state.handle(.enter)) == [3])
    state.press(.escape, .character("5"), .home, .character("K"), .down)
    #expect(cookies(state.handle(.enter)) == [9])
  }

  @Test func aProcessThatOnlyHasTheListenerBeginsAtCancel() {
    var state = Sample.many(1)
    let owner = Sample.owner(7, "master", source: .listener)
    state.apply(Sample.batch(1, [.annotated(Sample.id(1), owner)]))
    state.press(.down, .character("k"))
    #expect(openMenu(state)?.chosen?.text == "Cancel")
    #expect(
      openMenu(state)?.title == [
        "Send a signal to master, PID 7", "(owns the listener; may not hold the connection)",
        "/usr/bin/master",
      ]
    )
  }

  @Test func closingAListenerTellsWhatThatMeans() throws {
    var state = Sample.pairs()
    state.press(.character("5"), .home, .character("K"))
    let title = try #require(openMenu(state)?.title)
    #expect(title[0] == "Close this listener?")
    #expect(!title[1].contains(" – "), "it has no peer")
    #expect(title[2] == "New connections are refused; those not accepted yet are reset.")
  }

  @Test func aTagEndsWithItsConnection() {
    var state = Sample.pairs()
    state.select(1)
    state.press(.character(" "), .character(" "))
    #expect(state.screen(80, 24)[0].hasPrefix(" 2 tagged "))
    let end = Sample.connection(1, owner: Sample.owner(10, "curl"), closed: (1, .fin))
    state.apply(Sample.batch(1, [.ended(end)]))
    #expect(state.screen(80, 24)[0].hasPrefix(" 1 tagged "))
    state.apply(Sample.batch(60))
    state.press(.character("U"))
    #expect(state.screen(80, 24)[0].hasPrefix(" nettop "))
    state.select(3)
    state.press(.character("k"))
    #expect(pids(state.handle(.enter)) == [20])
  }

  @Test func oneTaggedProcessThatIsNotSelectedBeginsAtCancel() {
    var state = Sample.many(3)
    state.select(2)
    state.press(.character(" "))
    #expect(state.selected?.id == Sample.id(3))
    state.press(.character("k"))
    #expect(openMenu(state)?.title[1] == "(1 tagged connection, not the selected row)")
    #expect(openMenu(state)?.chosen?.text == "Cancel")
    // The selected row itself is no other than the selected one.
    state.press(.escape, .up, .character("k"))
    #expect(openMenu(state)?.title == ["Send a signal to p2, PID 2", "/usr/bin/p2"])
    #expect(openMenu(state)?.chosen?.text.contains("TERM") == true)
  }

  /// A group that gets another connection is not tagged as a whole any more; what is tagged acts.
  @Test func whatIsTaggedOfAGroupIsSeenAndActs() {
    var state = Sample.pairs()
    state.press(.character("2"), .home, .character(" "))
    let more = Sample.connection(5, owner: Sample.owner(10, "curl"))
    state.apply(Sample.batch(1, [.upsert(more)]))
    #expect(state.rows.map(\.isTagged) == [false, false])
    let screen = state.screen(80, 24)
    #expect(screen[0].hasPrefix(" 2 tagged "))
    #expect(screen[state.line(ofRow: 0)].hasPrefix("*"))
    #expect(!screen[state.line(ofRow: 1)].hasPrefix("*"))
    #expect(state.selected?.owner == state.rows[1].owner)
    state.press(.character("k"))
    #expect(openMenu(state)?.title[1] == "(2 tagged connections, not the selected row)")
    state.press(.down)
    #expect(pids(state.handle(.enter)) == [10])
    state.press(.character("K"), .down)
    #expect(cookies(state.handle(.enter)) == [1, 2])
    // A second Space tags the rest of it.
    state.press(.home, .character(" "))
    #expect(state.rows.map(\.isTagged) == [true, false])
  }

  @Test func aPausedPictureActsOnWhatItShows() {
    var state = Sample.pairs()
    state.select(1)
    state.press(.character("Z"), .character(" "))
    let end = Sample.connection(1, owner: Sample.owner(10, "curl"), closed: (1, .fin))
    state.apply(Sample.batch(1, [.ended(end)]))
    state.press(.character("k"), .down)
    #expect(pids(state.handle(.enter)) == [10])
    state.press(.character("Z"), .character("k"))
    #expect(pids(state.handle(.enter)) == [10], "the selected row: the tag has ended")
    #expect(!state.screen(80, 24)[0].contains("tagged"))
  }

  @Test func withoutAProcessItSaysSo() {
    var state = ScreenState(host: "example")
    state.apply(Sample.batch(0, [.upsert(Sample.connection(1))]))
    state.press(.character("k"))
    #expect(state.panes.isEmpty)
    #expect(state.message?.text == "Select a row first (Up/Down)")
    state.press(.down, .character("k"))
    #expect(state.panes.isEmpty)
    #expect(state.message?.text.contains("Nothing to signal") == true)
  }

  @Test func readOnlyRefuses() {
    var settings = Sample.settings(.pid)
    settings.isReadOnly = true
    var state = Sample.many(3, settings: settings)
    for keys in [[Key.down, .character("k")], [.function(9)], [.character("K")]] {
      for key in keys { #expect(state.handle(key) == nil) }
      #expect(state.panes.isEmpty)
      #expect(state.message?.text.contains("--read-only") == true)
      #expect(state.message?.isProblem == true)
    }
    state.press(.down)
    #expect(state.handle(.character("W")) == nil)
    #expect(state.message?.text.contains("--read-only") == true)
    state.press(.up)
    // To look is allowed.
    #expect(state.handle(.enter) == nil)
    #expect(state.detailed?.id == Sample.id(1))
    #expect(state.handle(.character("K")) == nil)
    #expect(state.message?.text.contains("--read-only") == true)
  }

  /// Nobody confirms what cannot be done.
  @Test func closingIsRefusedBeforeItIsAsked() {
    var state = Sample.many(3)
    state.closingRefusal = ActionError(.notPermitted, "it needs a right", advice: "run it as root")
    state.press(.down, .character("K"))
    #expect(state.panes.isEmpty)
    #expect(state.message?.text == "it needs a right: run it as root")
    #expect(state.message?.isProblem == true)
    // Signals are another matter.
    state.press(.character("k"))
    #expect(openMenu(state)?.title.first?.hasPrefix("Send a signal to") == true)
  }

  @Test func closingIsAskedWithTheSafeAnswerFirst() {
    var state = Sample.many(3)
    state.press(.down, .character("K"))
    #expect(openMenu(state)?.chosen?.action == nil)
    let screen = state.screen(80, 24).joined(separator: "\n")
    #expect(screen.contains("10.0.0.5:40000 – 192.0.2.1:443, p1"))
    #expect(state.handle(.enter) == nil)
    #expect(state.panes.isEmpty)
    state.press(.character("K"), .down)
    #expect(cookies(state.handle(.enter)) == [1])
  }

  @Test func aGroupIsClosedAsTheFilterLeavesIt() {
    var state = Sample.pairs()
    state.type("2")
    state.filter("192.0.2.1")
    state.press(.down, .character("K"), .down)
    #expect(cookies(state.handle(.enter)) == [1])
  }

  @Test func whatHasEndedCannotBeClosed() {
    var state = Sample.many(3)
    state.apply(Sample.batch(1, [.ended(Sample.connection(2, closed: (1, .fin)))]))
    state.select(2)
    state.press(.character("K"))
    #expect(state.panes.isEmpty)
    #expect(state.message?.isProblem == true)
  }

  @Test func theDetailsActOnTheirConnection() {
    var state = Sample.many(3)
    state.select(3)
    state.press(.character(" "))
    state.select(2)
    state.press(.enter, .character("K"), .down)
    #expect(cookies(state.handle(.enter)) == [2])
    state.press(.character("k"))
    #expect(pids(state.handle(.enter)) == [2])
    #expect(state.detailed?.id == Sample.id(2))
  }

  @Test func copiesTheCommands() {
    var state = Sample.pairs()
    state.select(2)
    let ss = "ss -tainpemO src 10.0.0.5:40002 and dst 192.0.2.2:443"
    #expect(state.handle(.character("y")) == .copy(ss))
    #expect(state.message?.text == "Copied: \(ss)")
    let action = state.handle(.character("Y"))
    guard case .copy(let text) = action else {
      Issue.record("Y copies")
      return
    }
    #expect(text.hasPrefix("tcpdump -ni any tcp and host 10.0.0.5 and port 40002"))
    state.press(.character("5"), .down)
    #expect(state.handle(.character("y")) == .copy("ss -tlinpemO src 0.0.0.0:80"))
  }

  @Test func nothingIsCopiedOfAGroupOrOfNothing() {
    var state = Sample.pairs()
    #expect(state.handle(.character("y")) == nil)
    state.press(.character("2"), .down)
    #expect(state.handle(.character("y")) == nil)
    #expect(state.message?.text.contains("Select a connection") == true)
  }
}
