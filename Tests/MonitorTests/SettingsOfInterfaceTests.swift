import Connections
import Terminal
import Testing

@testable import Monitor

struct SettingsOfInterfaceTests {
  private func settings(after body: (inout Interface) -> Void) -> Settings {
    var interface = Sample.interface()
    _ = interface.screen(80, 24)
    body(&interface)
    return interface.settings
  }

  @Test func areThoseItBeganWithUntilAKeyChangesThem() throws {
    var settings = Settings()
    settings.order = SortOrder(.rtt, isDescending: false)
    settings.view = .hosts
    settings.delay = 2
    settings.theme = "light"
    settings.presentation.graphs = .block
    settings.average = 7
    settings.usesMouse = false
    settings.presentation.unit = .bits
    settings.presentation.hosts = .names
    settings.columns[.closed] = [ColumnChoice(.remote, width: 33), ColumnChoice(.closedAt)]
    settings.keys[.freeze] = [.character("z")]
    settings.highlights = [Settings.Highlight(try Filter(parsing: "rtt>1s"), .high)]
    settings.isReadOnly = true
    var interface = Interface(host: "example", settings: settings)
    interface.apply(Sample.first)
    _ = interface.screen(80, 24)
    #expect(interface.settings == settings)
  }

  @Test func haveWhatKeysChanged() {
    #expect(settings { $0.type("t") }.order == SortOrder(.rtt))
    #expect(settings { $0.type("tt") }.order == SortOrder(.rtt).reversed)
    #expect(settings { $0.type("4") }.view == .namespaces)
    #expect(settings { $0.type("B") }.presentation.unit == .bits)
    #expect(settings { $0.type("e") }.presentation.prefix != Settings().presentation.prefix)
    #expect(settings { $0.type("D") }.presentation.figures == .deltas)
    #expect(settings { $0.type("a") }.presentation.hosts == .names)
    #expect(settings { $0.type("N") }.presentation.ports == .services)
    #expect(settings { $0.type("m") }.usesMouse == false)
    let delay = settings { interface in
      interface.type("d")
      interface.press(.control("u"))
      interface.type("0.5")
      interface.press(.enter)
    }
    #expect(delay.delay == 0.5)
  }

  @Test func theOrderIsThatOfTheConnections() {
    let settings = settings { $0.type("t5>") }
    #expect(settings.order == SortOrder(.rtt))
    #expect(settings.view == .listeners)
  }

  @Test func haveTheColumnsOfEachView() {
    let settings = settings { interface in
      interface.press(.character("3"), .function(2), .character("+"), .escape, .character("1"))
    }
    #expect(settings.columns.keys.sorted { $0.number < $1.number } == [.hosts])
    #expect(settings.columns[.hosts]?.count ?? 0 > 3)
    #expect(settings.columns[.hosts]?.first?.width != nil)
    // And are taken up again at the next start.
    var interface = Interface(host: "example", settings: settings)
    interface.apply(Sample.first)
    interface.press(.character("3"))
    #expect(interface.state.columns == settings.columns[.hosts])
  }

  @Test func aFilterIsNotKept() {
    #expect(settings { $0.filter("curl") } == settings { _ in })
  }
}
