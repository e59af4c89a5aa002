import Terminal
import Testing

@testable import Monitor
@testable import Screens

struct KeyMapTests {
  @Test func everyCommandIsReached() {
    let keys = KeyMap()
    for binding in Binding.all {
      #expect(!binding.keys.isEmpty)
      for context in binding.contexts {
        for key in binding.keys {
          #expect(keys.command(for: key, in: context) == binding.command)
        }
      }
    }
    #expect(Set(Binding.all.map(\.command)) == Set(Command.allCases))
  }

  @Test func everyPlaceCanBeLeft() {
    let keys = KeyMap()
    for context in Context.allCases {
      #expect(keys.command(for: .escape, in: context) == .back)
      #expect(keys.command(for: .control("c"), in: context) == .quit)
      #expect(keys.command(for: .function(1), in: context) == .help)
    }
  }

  @Test func everyPaneIsLeftHoweverKeysAreBound() {
    for changes: [Command: [Key]] in [[.pause: [.escape]], [.back: []]] {
      let keys = KeyMap(changes: changes)
      for context in Context.allCases where context != .table {
        #expect(keys.command(for: .escape, in: context) == .back, "\(context)")
      }
      #expect(keys.keys(of: .back) == [.escape])
    }
    #expect(KeyMap(changes: [.pause: [.escape]]).command(for: .escape, in: .table) == .pause)
  }

  @Test func aChangeTakesTheKeyFromOthersOfTheSamePlace() {
    let keys = KeyMap(changes: [.signal: [.character("o"), .function(9)]])
    #expect(keys.command(for: .character("o"), in: .table) == .signal)
    #expect(keys.command(for: .character("o"), in: .details) == .signal)
    #expect(keys.command(for: .character("k"), in: .table) == nil)
    #expect(keys.keys(of: .freeze).isEmpty)
    #expect(keys.label(of: .signal) == "o F9")
  }

  @Test func aChangeLeavesOtherPlacesAlone() {
    let keys = KeyMap(changes: [.narrow: [.character(" ")], .signal: [.character("a")]])
    #expect(keys.command(for: .character(" "), in: .columns) == .narrow)
    #expect(keys.command(for: .character(" "), in: .table) == .tag)
    #expect(keys.keys(of: .toggleColumn) == [.enter])
    #expect(keys.command(for: .character("a"), in: .table) == .signal)
    #expect(keys.command(for: .character("a"), in: .columns) == .automatic)
    #expect(keys.command(for: .left, in: .columns) == nil)
    #expect(keys.command(for: .left, in: .table) == .left)
  }

  @Test func twoCommandsMaySwapTheirKeys() {
    let keys = KeyMap(changes: [.sortByRate: [.character("b")], .sortByBytes: [.character("r")]])
    #expect(keys.command(for: .character("b"), in: .table) == .sortByRate)
    #expect(keys.command(for: .character("r"), in: .table) == .sortByBytes)
  }

  @Test func aCommandMayHaveNoKey() {
    let keys = KeyMap(changes: [.closeConnection: []])
    #expect(keys.command(for: .character("K"), in: .table) == nil)
    #expect(keys.label(of: .closeConnection).isEmpty)
  }

  @Test func namesAreReadBack() {
    for command in Command.allCases { #expect(Command(name: command.name) == command) }
    #expect(Command.sortByRTT.name == "sort-by-rtt")
    #expect(Command.filterByPID.name == "filter-by-pid")
    #expect(Command(name: "fly") == nil)
    for key in Binding.all.flatMap(\.keys) { #expect(Key(name: key.name) == key) }
  }

  @Test func helpAndScreenHaveTheKeysInForce() {
    var settings = Settings()
    settings.keys = [.filter: [.character("f")], .quit: [.character("X")]]
    var state = ScreenState(host: "example", settings: settings)
    #expect(state.screen(120, 24)[23].contains("f Filter"))
    #expect(state.screen(120, 24)[23].contains("X Quit"))
    state.press(.character("?"))
    #expect(state.screen(120, 60).contains { $0.hasPrefix("  f    ") })
    #expect(state.handle(.character("q")) == nil)
    #expect(state.handle(.character("X")) == .quit)
  }
}
