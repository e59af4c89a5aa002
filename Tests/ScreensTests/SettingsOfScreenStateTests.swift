import Connections
import Samples
import StyledText
import Terminal
import Testing

@testable import Monitor
@testable import Screens

struct SettingsOfInterfaceTests {
  private func settings(after body: (inout ScreenState) -> Void) -> Settings {
    var state = Sample.state()
    _ = state.screen(80, 24)
    body(&state)
    return state.settings
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
    settings.alerts = [try AlertRule(parsing: "rtt>1s for 10s holdoff 5m")]
    settings.ringsBell = false
    settings.isReadOnly = true
    var state = ScreenState(host: "example", settings: settings)
    state.apply(Sample.first)
    _ = state.screen(80, 24)
    #expect(state.settings == settings)
  }

  @Test func haveWhatKeysChanged() {
    #expect(settings { $0.type("t") }.order == SortOrder(.rtt))
    #expect(settings { $0.type("tt") }.order == SortOrder(.rtt).reversed)
    #expect(settings { $0.type("4") }.view == .namespaces)
    #expect(settings { $0.type("B") }.presentation.unit == .bits)
    #expect(settings { $0.type("e") }.presentation.prefix != Settings().presentation.prefix)
    #expect(settings { $0.type("D") }.presentation.figures == .deltas)
    // Host names are asked for each time.
    #expect(settings { $0.type("a") }.presentation.hosts == .addresses)
    #expect(settings { $0.type("N") }.presentation.ports == .services)
    #expect(settings { $0.type("m") }.usesMouse == false)
    let delay = settings { state in
      state.type("d")
      state.press(.control("u"))
      state.type("0.5")
      state.press(.enter)
    }
    #expect(delay.delay == 0.5)
  }

  @Test func theOrderIsThatOfTheConnections() {
    let settings = settings { $0.type("t5>") }
    #expect(settings.order == SortOrder(.rtt))
    #expect(settings.view == .listeners)
  }

  @Test func haveTheOrderOfEachView() {
    let settings = settings { $0.type("2t3x6b") }
    #expect(settings.order == SortOrder(.rate))
    #expect(
      settings.orders == [
        .processes: SortOrder(.rtt), .hosts: SortOrder(.retransmits), .closed: SortOrder(.bytes),
      ]
    )
    // And are taken up again at the next start.
    var state = ScreenState(host: "example", settings: settings)
    state.apply(Sample.first)
    for kind in ViewKind.allCases {
      #expect(state.viewState(of: kind).view.sort == settings.order(of: kind), "\(kind)")
    }
    #expect(state.settings.orders == settings.orders)
    // Another order of connections leaves the other views theirs.
    state.type("1t")
    #expect(state.settings.order == SortOrder(.rtt))
    #expect(state.settings.order(of: .namespaces) == SortOrder(.rate))
    #expect(state.settings.orders[.processes] == SortOrder(.rtt), "it stays where it was chosen")
  }

  /// A file that has it where views have theirs keeps it there.
  @Test func anOrderOfConnectionsAloneStaysSo() {
    var settings = Settings()
    settings.orders[.connections] = SortOrder(.pid)
    var state = ScreenState(host: "example", settings: settings)
    state.apply(Sample.first)
    #expect(state.view.sort == SortOrder(.pid))
    #expect(state.settings == settings)
    state.type("t")
    settings.orders[.connections] = SortOrder(.rtt)
    #expect(state.settings == settings)
  }

  /// What an option hid is not lost by saving something else.
  @Test func keepTheOrdersThatAnOptionHid() {
    var settings = Settings()
    settings.sort = .pid
    settings.hiddenOrders = [.processes: SortOrder(.bytes), .hosts: SortOrder(.rtt)]
    settings.orders[.closed] = SortOrder(.remote)
    var state = ScreenState(host: "example", settings: settings)
    state.apply(Sample.first)
    state.type("3")
    #expect(state.view.sort == SortOrder(.pid))
    #expect(state.settings.order == SortOrder(.pid))
    var orders = settings.orders.merging(settings.hiddenOrders) { own, _ in own }
    #expect(state.settings.orders == orders)
    // A choice goes before it.
    state.type("x")
    orders[.hosts] = SortOrder(.retransmits)
    #expect(state.settings.orders == orders)
  }

  /// So does an order of connections alone.
  @Test func keepAnOrderOfConnectionsAloneThatAnOptionHid() {
    var settings = Settings()
    settings.sort = .pid
    settings.hiddenOrders[.connections] = SortOrder(.bytes)
    var state = ScreenState(host: "example", settings: settings)
    state.apply(Sample.first)
    #expect(state.settings.order == SortOrder(.pid))
    #expect(state.settings.orders == settings.hiddenOrders)
    state.type("t")
    #expect(state.settings.order == SortOrder(.pid))
    #expect(state.settings.orders == [.connections: SortOrder(.rtt)])
  }

  @Test func haveTheColumnsOfEachView() {
    let settings = settings { state in
      state.press(.character("3"), .function(2), .character("+"), .escape, .character("1"))
    }
    #expect(settings.columns.keys.sorted { $0.number < $1.number } == [.hosts])
    #expect(settings.columns[.hosts]?.count ?? 0 > 3)
    #expect(settings.columns[.hosts]?.first?.width != nil)
    // And are taken up again at the next start.
    var state = ScreenState(host: "example", settings: settings)
    state.apply(Sample.first)
    state.press(.character("3"))
    #expect(state.current.columns == settings.columns[.hosts])
  }

  @Test func aFilterIsNotKept() {
    #expect(settings { $0.filter("curl") } == settings { _ in })
  }
}
