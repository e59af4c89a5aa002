import Connections
import Foundation
import Samples
import StyledText
import Terminal
import Testing

@testable import Monitor
@testable import Screens

struct HostileTests {
  /// Keys as a cat on the keyboard presses them.
  private static let keys: [Key] =
    Binding.all.flatMap(\.keys)
    + [.enter, .escape, .backspace, .delete, .tab, .backTab, .control("u"), .function(12)]
    + "0123456789azé語\u{202e}".map { Key.character($0) }

  private static let actions: [Mouse.Action] = [
    .press(.left), .press(.right), .doubleClick(.left), .release(nil), .wheelUp, .wheelDown,
    .wheelLeft, .wheelRight,
  ]

  private static let pastes = [
    "", "nginx", "rtt>50ms and ", "((((", "\u{1b}[2J", String(repeating: "語", count: 900),
  ]

  /// Does one thing of chance.
  private func act(
    _ state: inout ScreenState,
    _ batches: inout RandomBatches,
    _ generator: inout SeededGenerator
  ) {
    switch Int.random(in: 0..<12, using: &generator) {
    case 0..<3: state.apply(batches.next(deltas: Int.random(in: 0..<60, using: &generator)))
    case 3:
      let (x, y) = (
        Int.random(in: -1...200, using: &generator), Int.random(in: -1...70, using: &generator)
      )
      for action in Self.actions.shuffled(using: &generator).prefix(2) {
        _ = state.handle(Mouse(action, x: x, y: y))
      }
    case 4:
      if let text = Self.pastes.randomElement(using: &generator) { state.paste(text) }
    case 5:
      // What is asked about the details on the screen is answered, or not any more.
      guard let id = state.detailed?.id else { break }
      let details = SocketDetails(time: state.model.table.time, state: .established)
      state.learn(Bool.random(using: &generator) ? details : nil, of: id)
    default:
      // Whatever is open has to be left now and then.
      let leaves = Int.random(in: 0..<5, using: &generator) == 0
      let keys = leaves ? [.escape, .escape, .enter] : Self.keys
      guard let key = keys.randomElement(using: &generator) else { break }
      let action = state.handle(key)
      if case .signal(_, let processes) = action {
        #expect(Set(processes).count == processes.count)
      }
    }
  }

  @Test(arguments: 0..<24)
  func anythingGivesAScreen(_ seed: UInt64) {
    var generator = SeededGenerator(seed)
    var batches = RandomBatches(seed)
    var state = ScreenState(host: "h\u{1b}ost")
    var seen: Set<String> = []
    for _ in 0..<300 {
      act(&state, &batches, &generator)
      let width = Int.random(in: 0...260, using: &generator)
      let height = Int.random(in: 0...70, using: &generator)
      let lines = state.screen(width, height)
      #expect(lines.count == height)
      #expect(lines.allSatisfy { SafeText.columns(of: $0) <= width })
      if let cursor = state.layout.cursor {
        #expect((0..<width).contains(cursor.x) && (0..<height).contains(cursor.y))
      }
      check(state)
      seen.insert("\(state.view.kind) \(state.context)")
    }
    #expect(seen.count > 3)
  }

  private func check(_ state: ScreenState) {
    let (selection, model) = (state.selection, state.model)
    #expect(selection.top >= 0)
    #expect(model.view == state.view)
    guard let id = selection.id else { return }
    #expect(model.position(of: id) == selection.position)
    #expect(model.row(at: selection.position)?.id == id)
  }

  @Test func theSameBatchesAndKeysGiveTheSameScreen() {
    func run() -> [[String]] {
      var generator = SeededGenerator(3)
      var batches = RandomBatches(3)
      var state = ScreenState(host: "host")
      return (0..<100).map { _ in
        state.apply(batches.next(deltas: 20))
        if let key = Self.keys.randomElement(using: &generator) { _ = state.handle(key) }
        return state.screen(120, 30)
      }
    }
    #expect(run() == run())
  }

  @Test func hostileNamesNeitherReachTheTerminalNorMoveColumns() throws {
    let names = [
      "\u{1b}]0;owned\u{7}", "a\nb\rc\td", "\u{202e}evil", "日本語プロセス", "e\u{301}\u{302}x",
      "\u{9b}31m", "\u{200b}\u{feff}", "\u{fffd}\u{fffd}", "👩‍👩‍👧", String(repeating: "語", count: 90),
    ]
    var state = ScreenState(host: "example", settings: Sample.settings(.pid))
    let deltas = names.enumerated().map { index, name -> Delta in
      let owner = Sample.owner(Int32(index + 1), name, command: name, user: name)
      return .upsert(Sample.connection(UInt64(index + 1), owner: owner))
    }
    let namespace = NetworkNamespace(inode: 4_026_531_840, name: names[0], nameSource: .ipNetns)
    state.apply(Sample.batch(0, deltas, namespaces: [namespace]))
    for width in [80, 120, 200, 250] {
      let lines = state.screen(width, 30)
      let items = ColumnLayout(width: width, sort: .pid).items
      let state = try #require(items.first { $0.id == .state })
      for line in lines[5..<15] {
        #expect(line.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
        #expect(!line.contains("\u{202e}"))
        // What stands left of the state is as wide as on every other line.
        let index = try #require(line.range(of: "ESTAB")).lowerBound
        #expect(SafeText.columns(of: String(line[..<index])) == state.x)
      }
    }
  }
}
