import Terminal
import Testing

@testable import Monitor
@testable import Screens

struct SettingTests {
  @Test func everyCommandHasANameOfItsOwn() {
    #expect(Command.sortByRTT.name == "sort-by-rtt")
    #expect(Command.filterByPID.name == "filter-by-pid")
    #expect(Command.pageUp.name == "page-up")
    for command in Command.allCases { #expect(Command(name: command.name) == command) }
    #expect(Command(name: "pageUp") == nil)
  }

  @Test func everyKeyHasAName() {
    for key in Binding.all.flatMap(\.keys) { #expect(Key(name: key.name) == key, "\(key.name)") }
    #expect(Key(name: "f9") == .function(9))
    #expect(Key(name: "F13") == nil && Key(name: "") == nil && Key(name: "Ctrl-1") == nil)
  }

  @Test func theOrderIsColumnAndDirection() {
    var settings = Settings()
    settings.order = SortOrder(.pid, isDescending: true)
    #expect(settings.sort == .pid && settings.isReversed)
    settings.order = SortOrder(.rtt, isDescending: true)
    #expect(settings.sort == .rtt && !settings.isReversed)
    settings.isReversed = true
    #expect(settings.order == SortOrder(.rtt, isDescending: false))
  }

  @Test func aViewMayHaveAnOrderOfItsOwn() throws {
    var settings = Settings()
    settings.order = SortOrder(.rtt).reversed
    let hosts = try #require(Setting.at(["order", "hosts"]))
    #expect(hosts.value(settings) == nil)
    try hosts.set(.text("PID:reverse"), in: &settings)
    #expect(hosts.value(settings) == .text("pid:reverse"))
    #expect(settings.order(of: .hosts) == SortOrder(.pid).reversed)
    try hosts.set(.text("bytes"), in: &settings)
    #expect(settings.order(of: .hosts) == SortOrder(.bytes))
    // The order for all views is that of live connections.
    for kind in ViewKind.allCases where kind != .hosts {
      let order = kind.isOfConnections ? SortOrder(.rtt).reversed : kind.firstSort
      #expect(settings.order(of: kind) == order, "\(kind)")
    }
    for column in Column.all where column.isSortable {
      for order in [SortOrder(column.id), SortOrder(column.id).reversed] {
        #expect(try SortOrder(text: order.text) == order)
      }
    }
  }

  /// What is refused changes nothing.
  @Test(arguments: [
    ("sort", SettingValue.text("nonsense"), "there is no 'nonsense'"),
    ("sort", .number(1), "takes a string, not a number"),
    ("reverse", .text("yes"), "takes true or false, not a string"),
    ("delay", .number(0), "takes a number from 0.1 to 3600, not 0"),
    ("delay", .number(.nan), "takes a number from 0.1 to 3600"),
    ("delay", .boolean(true), "not a boolean"),
    ("unit", .text("nibbles"), "takes one of bytes, bits, not 'nibbles'"),
    ("theme", .text("puce"), "high-contrast, colour-blind, plain, or a .toml file"),
    ("graphs", .list([]), "takes a string, not an array"),
    ("order.hosts", .text("nonsense"), "takes a column, and there is no 'nonsense'"),
    ("order.hosts", .text("pid:up"), "takes reverse after the colon of 'pid:up'"),
    ("order.hosts", .text("pid:"), "takes reverse after the colon"),
    ("order.hosts", .list([]), "takes a string, not an array"),
    ("columns.hosts", .list([.text("pid"), .text("x")]), "there is no 'x'"),
    ("columns.hosts", .list([.text("pid:0")]), "takes a width from 3 to 400"),
    ("columns.hosts", .list([.text("pid"), .text("PID:9")]), "has a column twice: 'PID:9'"),
    ("columns.hosts", .list([]), "takes at least one column"),
    ("columns.hosts", .list([.number(1)]), "takes an array of strings, not of a number"),
    ("keys.pause", .list([.text("Hyper-X")]), "'Hyper-X' is not one"),
    ("keys.pause", .text("k"), "takes an array of strings, not a string"),
    ("keys.quit", .list([]), "takes at least one key"),
    ("highlight", .list([.table(["filter": .text("pid = 1")])]), "takes a filter and a style"),
    ("highlight", .list([.table(["colour": .text("red")])]), "not 'colour'"),
    (
      "highlight", .list([.table(["filter": .text("pid = 1"), "style": .text("puce")])]),
      "takes a style, one of plain, strong, "
    ),
    (
      "highlight", .list([.table(["filter": .text("pid ="), "style": .text("high")])]),
      "takes a filter, and 'pid =' is not one: "
    ),
    ("highlight", .text("red"), "takes an array of tables"),
    ("bell", .text("loud"), "takes true or false, not a string"),
    ("alert", .text("rtt>1s"), "takes an array of tables"),
    ("alert", .list([.text("rtt>1s")]), "takes tables with a filter, not a string"),
    ("alert", .list([.table(["for": .text("1s")])]), "takes a filter, a string that is not empty"),
    (
      "alert", .list([.table(["filter": .text(" ")])]),
      "takes a filter, a string that is not empty"
    ),
    ("alert", .list([.table(["filter": .number(1)])]), "takes strings that are not empty"),
    ("alert", .list([.table(["colour": .text("red")])]), "not 'colour'"),
    (
      "alert", .list([.table(["filter": .text("pid =")])]),
      "takes a filter, and 'pid =' is not one: "
    ),
    (
      "alert", .list([.table(["filter": .text("pid=1"), "for": .text("soon")])]),
      "takes a time up to 30d in 'for', such as \"10s\" or \"1m30s\", not 'soon'"
    ),
    (
      "alert", .list([.table(["filter": .text("pid=1"), "holdoff": .number(-1)])]),
      "takes a time up to 30d in 'holdoff'"
    ),
  ])
  func saysWhyAValueIsNotTaken(_ name: String, _ value: SettingValue, _ reason: String) throws {
    let setting = try #require(Setting.all.first { $0.name == name })
    var settings = Settings()
    let error = #expect(throws: ValueRefusal.self) { try setting.set(value, in: &settings) }
    #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
    #expect(settings == Settings())
  }

  @Test func aKeyHasOneCommand() throws {
    var settings = Settings()
    let pause = try #require(Setting.at(["keys", "pause"]))
    let help = try #require(Setting.at(["keys", "help"]))
    try pause.set(.list([.text("F9"), .text("f9"), .text("Space")]), in: &settings)
    #expect(settings.keys == [.pause: [.function(9), .character(" ")]])
    #expect(throws: ValueRefusal.self) { try help.set(.list([.text("F9")]), in: &settings) }
    try help.set(.list([]), in: &settings)
    #expect(settings.keys[.help] == [])
  }
}
