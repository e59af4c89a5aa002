import Connections
import Terminal
import Testing

@testable import Monitor

struct ActingTests {
  private func openMenu(_ interface: Interface) -> Menu? {
    if case .menu(let menu) = interface.panes.last { menu } else { nil }
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
    var interface = Sample.many(3)
    interface.press(.down, .down, .character("k"))
    let menu = try #require(openMenu(interface))
    #expect(menu.chosen?.text.contains("TERM") == true)
    #expect(menu.items.first?.text == "Cancel")
    #expect(menu.items.count == ProcessSignal.all.count + 1)
    #expect(menu.title == ["Send a signal to p2, PID 2", "/usr/bin/p2"])
    let screen = interface.screen(80, 24).joined(separator: "\n")
    #expect(screen.contains("Send a signal to p2, PID 2"))
    #expect(interface.handle(.enter) == .signal(ProcessSignal.all[0], [Sample.process(2).id]))
    #expect(interface.panes.isEmpty)
  }

  @Test func anotherSignalIsChosenByMoving() throws {
    var interface = Sample.many(3)
    interface.press(.down, .function(9), .end)
    let last = try #require(ProcessSignal.all.last)
    #expect(interface.handle(.enter) == .signal(last, [Sample.process(1).id]))
    interface.press(.character("k"), .down, .down, .up, .escape)
    #expect(interface.panes.isEmpty)
    #expect(interface.selected?.id == Sample.id(1))
  }

  @Test func aRowThatGoesDoesNotChangeTheMenu() {
    var interface = Sample.many(3)
    interface.press(.down, .character("k"))
    interface.apply(Sample.batch(1, [.ended(Sample.connection(1, closed: (1, .fin)))]))
    interface.apply(Sample.batch(60))
    _ = interface.screen(80, 24)
    #expect(interface.selected?.id == Sample.id(2))
    #expect(pids(interface.handle(.enter)) == [1])
  }

  @Test func aGroupIsOneProcess() {
    var interface = Sample.pairs()
    interface.press(.character("2"), .down, .down, .character("k"))
    #expect(pids(interface.handle(.enter)) == [20])
    // A host has connections of two.
    interface.press(.character("3"), .down, .character("k"))
    #expect(openMenu(interface)?.title.first == "Send a signal to 2 processes")
    #expect(openMenu(interface)?.chosen?.text == "Cancel")
    #expect(interface.handle(.enter) == nil)
    interface.press(.character("k"), .down)
    #expect(pids(interface.handle(.enter)) == [10, 20])
  }

  @Test func taggedRowsGoBeforeTheSelectedOne() {
    var interface = Sample.pairs()
    interface.select(1)
    interface.press(.character(" "), .character(" "), .character(" "))
    #expect(interface.selected?.id == Sample.id(4))
    interface.press(.character("k"))
    #expect(
      openMenu(interface)?.title == [
        "Send a signal to 2 processes", "(3 tagged connections, not the selected row)",
        "curl 10, nginx 20",
      ]
    )
    #expect(interface.handle(.enter) == nil, "Cancel comes first")
    interface.press(.character("k"), .down)
    #expect(pids(interface.handle(.enter)) == [10, 20], "each process once")
    interface.press(.character("K"))
    #expect(
      openMenu(interface)?.title.prefix(2) == [
        "Close 3 connections?", "(3 tagged connections, not the selected row)",
      ]
    )
    interface.press(.down)
    #expect(cookies(interface.handle(.enter)) == [1, 2, 3])
  }

  @Test func aTagThatIsNotSeenDoesNotAct() {
    var interface = Sample.pairs()
    interface.select(1)
    interface.press(.character(" "))
    // Another filter, and another view.
    interface.filter("nginx")
    #expect(interface.screen(80, 24)[0].hasPrefix(" 0 tagged, 1 hidden "))
    interface.press(.home, .character("k"))
    #expect(openMenu(interface)?.title == ["Send a signal to nginx, PID 20", "/usr/bin/nginx"])
    #expect(pids(interface.handle(.enter)) == [20])
    interface.press(.character("K"), .down)
    #expect(cookies(interface.handle(.enter)) == [3])
    interface.press(.escape, .character("5"), .home, .character("K"), .down)
    #expect(cookies(interface.handle(.enter)) == [9])
  }

  @Test func aProcessThatOnlyHasTheListenerBeginsAtCancel() {
    var interface = Sample.many(1)
    let owner = Sample.owner(7, "master", source: .listener)
    interface.apply(Sample.batch(1, [.annotated(Sample.id(1), owner)]))
    interface.press(.down, .character("k"))
    #expect(openMenu(interface)?.chosen?.text == "Cancel")
    #expect(
      openMenu(interface)?.title == [
        "Send a signal to master, PID 7", "(owns the listener; may not hold the connection)",
        "/usr/bin/master",
      ]
    )
  }

  @Test func closingAListenerTellsWhatThatMeans() throws {
    var interface = Sample.pairs()
    interface.press(.character("5"), .home, .character("K"))
    let title = try #require(openMenu(interface)?.title)
    #expect(title[0] == "Close this listener?")
    #expect(!title[1].contains(" – "), "it has no peer")
    #expect(title[2] == "New connections are refused; those not accepted yet are reset.")
  }

  @Test func aTagEndsWithItsConnection() {
    var interface = Sample.pairs()
    interface.select(1)
    interface.press(.character(" "), .character(" "))
    #expect(interface.screen(80, 24)[0].hasPrefix(" 2 tagged "))
    let end = Sample.connection(1, owner: Sample.owner(10, "curl"), closed: (1, .fin))
    interface.apply(Sample.batch(1, [.ended(end)]))
    #expect(interface.screen(80, 24)[0].hasPrefix(" 1 tagged "))
    interface.apply(Sample.batch(60))
    interface.press(.character("U"))
    #expect(interface.screen(80, 24)[0].hasPrefix(" nettop "))
    interface.select(3)
    interface.press(.character("k"))
    #expect(pids(interface.handle(.enter)) == [20])
  }

  @Test func oneTaggedProcessThatIsNotSelectedBeginsAtCancel() {
    var interface = Sample.many(3)
    interface.select(2)
    interface.press(.character(" "))
    #expect(interface.selected?.id == Sample.id(3))
    interface.press(.character("k"))
    #expect(openMenu(interface)?.title[1] == "(1 tagged connection, not the selected row)")
    #expect(openMenu(interface)?.chosen?.text == "Cancel")
    // The selected row itself is no other than the selected one.
    interface.press(.escape, .up, .character("k"))
    #expect(openMenu(interface)?.title == ["Send a signal to p2, PID 2", "/usr/bin/p2"])
    #expect(openMenu(interface)?.chosen?.text.contains("TERM") == true)
  }

  /// A group that gets another connection is not tagged as a whole any more; what is tagged acts.
  @Test func whatIsTaggedOfAGroupIsSeenAndActs() {
    var interface = Sample.pairs()
    interface.press(.character("2"), .home, .character(" "))
    let more = Sample.connection(5, owner: Sample.owner(10, "curl"))
    interface.apply(Sample.batch(1, [.upsert(more)]))
    #expect(interface.rows.map(\.isTagged) == [false, false])
    let screen = interface.screen(80, 24)
    #expect(screen[0].hasPrefix(" 2 tagged "))
    #expect(screen[interface.line(ofRow: 0)].hasPrefix("*"))
    #expect(!screen[interface.line(ofRow: 1)].hasPrefix("*"))
    #expect(interface.selected?.owner == interface.rows[1].owner)
    interface.press(.character("k"))
    #expect(openMenu(interface)?.title[1] == "(2 tagged connections, not the selected row)")
    interface.press(.down)
    #expect(pids(interface.handle(.enter)) == [10])
    interface.press(.character("K"), .down)
    #expect(cookies(interface.handle(.enter)) == [1, 2])
    // A second Space tags the rest of it.
    interface.press(.home, .character(" "))
    #expect(interface.rows.map(\.isTagged) == [true, false])
  }

  @Test func aPausedPictureActsOnWhatItShows() {
    var interface = Sample.pairs()
    interface.select(1)
    interface.press(.character("Z"), .character(" "))
    let end = Sample.connection(1, owner: Sample.owner(10, "curl"), closed: (1, .fin))
    interface.apply(Sample.batch(1, [.ended(end)]))
    interface.press(.character("k"), .down)
    #expect(pids(interface.handle(.enter)) == [10])
    interface.press(.character("Z"), .character("k"))
    #expect(pids(interface.handle(.enter)) == [10], "the selected row: the tag has ended")
    #expect(!interface.screen(80, 24)[0].contains("tagged"))
  }

  @Test func withoutAProcessItSaysSo() {
    var interface = Interface(host: "example")
    interface.apply(Sample.batch(0, [.upsert(Sample.connection(1))]))
    interface.press(.character("k"))
    #expect(interface.panes.isEmpty)
    #expect(interface.message?.text == "Select a row first (Up/Down)")
    interface.press(.down, .character("k"))
    #expect(interface.panes.isEmpty)
    #expect(interface.message?.text.contains("Nothing to signal") == true)
  }

  @Test func readOnlyRefuses() {
    var settings = Sample.settings(.pid)
    settings.isReadOnly = true
    var interface = Sample.many(3, settings: settings)
    for keys in [[Key.down, .character("k")], [.function(9)], [.character("K")]] {
      for key in keys { #expect(interface.handle(key) == nil) }
      #expect(interface.panes.isEmpty)
      #expect(interface.message?.text.contains("--read-only") == true)
      #expect(interface.message?.isProblem == true)
    }
    interface.press(.down)
    #expect(interface.handle(.character("W")) == nil)
    #expect(interface.message?.text.contains("--read-only") == true)
    interface.press(.up)
    // To look is allowed.
    #expect(interface.handle(.enter) == nil)
    #expect(interface.detailed?.id == Sample.id(1))
    #expect(interface.handle(.character("K")) == nil)
    #expect(interface.message?.text.contains("--read-only") == true)
  }

  @Test func closingIsAskedWithTheSafeAnswerFirst() {
    var interface = Sample.many(3)
    interface.press(.down, .character("K"))
    #expect(openMenu(interface)?.chosen?.action == nil)
    let screen = interface.screen(80, 24).joined(separator: "\n")
    #expect(screen.contains("10.0.0.5:40000 – 192.0.2.1:443, p1"))
    #expect(interface.handle(.enter) == nil)
    #expect(interface.panes.isEmpty)
    interface.press(.character("K"), .down)
    #expect(cookies(interface.handle(.enter)) == [1])
  }

  @Test func aGroupIsClosedAsTheFilterLeavesIt() {
    var interface = Sample.pairs()
    interface.type("2")
    interface.filter("192.0.2.1")
    interface.press(.down, .character("K"), .down)
    #expect(cookies(interface.handle(.enter)) == [1])
  }

  @Test func whatHasEndedCannotBeClosed() {
    var interface = Sample.many(3)
    interface.apply(Sample.batch(1, [.ended(Sample.connection(2, closed: (1, .fin)))]))
    interface.select(2)
    interface.press(.character("K"))
    #expect(interface.panes.isEmpty)
    #expect(interface.message?.isProblem == true)
  }

  @Test func theDetailsActOnTheirConnection() {
    var interface = Sample.many(3)
    interface.select(3)
    interface.press(.character(" "))
    interface.select(2)
    interface.press(.enter, .character("K"), .down)
    #expect(cookies(interface.handle(.enter)) == [2])
    interface.press(.character("k"))
    #expect(pids(interface.handle(.enter)) == [2])
    #expect(interface.detailed?.id == Sample.id(2))
  }

  @Test func copiesTheCommands() {
    var interface = Sample.pairs()
    interface.select(2)
    let ss = "ss -tainpemO src 10.0.0.5:40002 and dst 192.0.2.2:443"
    #expect(interface.handle(.character("y")) == .copy(ss))
    #expect(interface.message?.text == "Copied: \(ss)")
    let action = interface.handle(.character("Y"))
    guard case .copy(let text) = action else {
      Issue.record("Y copies")
      return
    }
    #expect(text.hasPrefix("tcpdump -ni any tcp and host 10.0.0.5 and port 40002"))
    interface.press(.character("5"), .down)
    #expect(interface.handle(.character("y")) == .copy("ss -tlinpemO src 0.0.0.0:80"))
  }

  @Test func nothingIsCopiedOfAGroupOrOfNothing() {
    var interface = Sample.pairs()
    #expect(interface.handle(.character("y")) == nil)
    interface.press(.character("2"), .down)
    #expect(interface.handle(.character("y")) == nil)
    #expect(interface.message?.text.contains("Select a connection") == true)
  }
}
