import Terminal
import Testing
import Tracer

@testable import Monitor

struct PromptTests {
  private func cookies(_ interface: Interface) -> [UInt64] {
    (0..<interface.model.count).compactMap { interface.model.row(at: $0)?.id.cookie }.sorted()
  }

  @Test func textAppliesWhileTyping() {
    var interface = Sample.interface()
    interface.type("/CUR")
    #expect(cookies(interface) == [2, 7])
    #expect(interface.screen(80, 24)[23].hasPrefix("Text: CUR"))
    #expect(interface.cursor == Interface.Position(x: 9, y: 23))
    interface.type("x")
    #expect(cookies(interface).isEmpty)
    let screen = interface.screen(80, 24).joined(separator: "\n")
    #expect(screen.contains("No connection matches the filter (Esc clears it)."))
    _ = interface.handle(.backspace)
    #expect(cookies(interface) == [2, 7])
    _ = interface.handle(.enter)
    #expect(interface.cursor == nil || interface.screen(80, 24)[23].hasPrefix("F1 Help"))
    #expect(interface.screen(80, 24).contains("Filter: text \"CUR\": 2 rows (Esc clears)"))
    _ = interface.handle(.escape)
    #expect(cookies(interface).count == 6)
  }

  @Test func escapeGoesBackToTheFilterBefore() {
    var interface = Sample.interface()
    interface.type("/curl")
    _ = interface.handle(.enter)
    interface.type("/")
    _ = interface.handle(.control("u"))
    interface.type("sshd")
    #expect(cookies(interface) == [3])
    _ = interface.handle(.escape)
    #expect(interface.model.view.filter == Filter(text: "curl"))
  }

  @Test func enterOnNothingClears() {
    var interface = Sample.interface()
    interface.type("/curl")
    _ = interface.handle(.enter)
    interface.type("/")
    _ = interface.handle(.control("u"))
    _ = interface.handle(.enter)
    #expect(interface.model.view.filter.isEmpty)
  }

  @Test func thePIDOfTheSelectedRowIsSuggested() {
    var interface = Sample.interface()
    _ = interface.handle(.down)
    interface.type("p")
    #expect(interface.model.view.filter.pid == 1234)
    #expect(cookies(interface) == [2, 7])
    // The first digit replaces what was suggested, the next one does not.
    interface.type("7")
    #expect(interface.model.view.filter.pid == 7)
    interface.type("7")
    #expect(cookies(interface) == [3])
    _ = interface.handle(.enter)
    interface.type("p")
    _ = interface.handle(.backspace)
    #expect(interface.model.view.filter.pid == 7)
    _ = interface.handle(.backspace)
    #expect(interface.model.view.filter.pid == nil)
  }

  @Test func nonsenseInThePIDIsRefused() {
    var interface = Sample.interface()
    interface.type("p12a")
    #expect(interface.model.view.filter.pid == 12)
    #expect(interface.screen(80, 24)[23].contains("a PID is a number"))
    interface.type("3")
    #expect(interface.model.view.filter.pid == 123)
    #expect(!interface.screen(80, 24)[23].contains("a PID is a number"))
    interface.type("4567890123")
    #expect(interface.model.view.filter.pid == 1_234_567_890)
    #expect(interface.screen(80, 24)[23].contains("a PID is a number"))
    interface.type("-٣")
    #expect(interface.model.view.filter.pid == 1_234_567_890)
  }

  @Test func theNamespaceOfTheSelectedRowIsSuggested() {
    var interface = Sample.interface()
    interface.type("xjn")
    #expect(interface.model.view.filter.namespace == .beginning("web"))
    #expect(cookies(interface) == [4])
    interface.type("h")
    #expect(cookies(interface) == [2, 3, 6, 7])
    _ = interface.handle(.control("u"))
    interface.type("4026532200")
    #expect(cookies(interface) == [5])
  }

  @Test func filtersCombine() {
    var interface = Sample.interface()
    interface.type("p1234")
    _ = interface.handle(.enter)
    interface.type("/127.0.0.1:80")
    _ = interface.handle(.enter)
    interface.type("nhost")
    _ = interface.handle(.enter)
    #expect(cookies(interface) == [7])
    let line = "Filter: PID 1234 and namespace host and text \"127.0.0.1:80\": 1 row (Esc clears)"
    #expect(interface.screen(80, 24).contains(line))
    #expect(interface.handle(.escape) == nil)
    #expect(cookies(interface).count == 6)
  }

  @Test func rowsComeAndGoUnderAFilter() {
    var interface = Sample.interface()
    interface.type("/nginx")
    interface.apply(Sample.batch(2, [.owner(Sample.id(2), Sample.owner(9, "nginx"))]))
    #expect(cookies(interface) == [2, 4])
    interface.apply(Sample.batch(3, [.owner(Sample.id(4), Sample.owner(8, "other"))]))
    #expect(cookies(interface) == [2])
  }

  @Test func aTextLongerThanTheLineShowsItsEnd() {
    var interface = Sample.interface()
    interface.type("/" + String(repeating: "a", count: 60) + "z")
    let line = interface.screen(20, 5)[4]
    #expect(line.hasSuffix("aaz"))
    #expect(interface.cursor == Interface.Position(x: 19, y: 4))
    interface.type(String(repeating: "b", count: 300))
    #expect(interface.model.view.filter.text.count == 256)
  }

  @Test func theSelectionComesBackWithEscape() {
    var interface = Sample.interface()
    interface.type("jjj")
    let id = interface.selection.id
    interface.type("/nothing like it")
    #expect(interface.selection.id == nil)
    _ = interface.handle(.escape)
    #expect(interface.selection.id == id)
    #expect(interface.selection.position == 2)
  }
}
