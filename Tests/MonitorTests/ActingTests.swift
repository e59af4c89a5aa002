import Terminal
import Testing
import Tracer

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

  @Test func theMenuListsSignalsWithTermFirst() throws {
    var interface = Sample.many(3)
    interface.press(.down, .down, .character("k"))
    let menu = try #require(openMenu(interface))
    #expect(menu.cursor == 0)
    #expect(menu.items.first?.text.contains("TERM") == true)
    #expect(menu.items.count == ProcessSignal.all.count)
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
    interface.apply(Sample.batch(1, [.closed(Sample.connection(1, closed: (1, .fin)))]))
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
    #expect(pids(interface.handle(.enter)) == [10, 20])
  }

  @Test func taggedRowsGoBeforeTheSelectedOne() {
    var interface = Sample.pairs()
    interface.select(1)
    interface.press(.character(" "), .character(" "), .character(" "))
    #expect(interface.selected?.id == Sample.id(4))
    interface.press(.character("k"))
    #expect(pids(interface.handle(.enter)) == [10, 20], "each process once")
    interface.press(.character("K"), .down)
    #expect(cookies(interface.handle(.enter)) == [1, 2, 3])
  }

  @Test func withoutAProcessItSaysSo() {
    var interface = Interface(host: "example")
    interface.apply(Sample.batch(0, [.opened(Sample.connection(1))]))
    interface.press(.character("k"))
    #expect(interface.panes.isEmpty)
    #expect(interface.message?.isProblem == true)
    interface.press(.down, .character("k"))
    #expect(interface.panes.isEmpty)
    #expect(interface.message?.text.contains("no process") == true)
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
    interface.apply(Sample.batch(1, [.closed(Sample.connection(2, closed: (1, .fin)))]))
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
    #expect(interface.message?.text == "copied: \(ss)")
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
    #expect(interface.message?.text.contains("select a connection") == true)
  }
}
