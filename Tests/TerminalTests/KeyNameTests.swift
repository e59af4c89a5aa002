import Testing

@testable import Terminal

@Suite struct KeyNameTests {
  /// Every key there is, with each way to send it.
  private static let keys: Set<Key> = {
    var keys = Set(KeySequences.capabilities.map(\.key))
    keys.formUnion(KeySequences.finals.values)
    keys.formUnion(KeySequences.numbers.values)
    keys.formUnion(KeySequences.controls.values)
    keys.formUnion(KeySequences.pad.values)
    keys.formUnion((0x20...0x7E as ClosedRange<UInt8>).map { .character(Character(.init($0))) })
    return keys.union([.escape, .character("é"), .character("日")])
  }()

  @Test func hasANameForEveryKey() {
    #expect(KeyNameTests.keys.count == 22 + 12 + 15 + 95 + 2)
    for key in KeyNameTests.keys {
      #expect(Key(name: key.name) == key, "\(key)")
      #expect(!key.name.isEmpty && !key.name.contains(" "))
    }
    #expect(Set(KeyNameTests.keys.map(\.name)).count == KeyNameTests.keys.count)
  }

  @Test(arguments: [
    ("F1", Key.function(1)), ("f12", .function(12)), ("Ctrl-L", .control("l")),
    ("ctrl-l", .control("l")), ("^L", .control("l")), ("PgUp", .pageUp), ("pageup", .pageUp),
    ("Space", .character(" ")), ("q", .character("q")), ("Q", .character("Q")),
    ("f", .character("f")), ("^", .character("^")), ("Shift-Tab", .backTab), ("Ctrl-I", .tab),
    ("Ctrl-M", .enter), ("Ctrl-H", .backspace), ("Ins", .insert), ("日", .character("日")),
  ])
  func isFoundByName(name: String, key: Key) {
    #expect(Key(name: name) == key)
  }

  @Test(arguments: [
    "", " ", "F0", "F13", "F01", "f+1", "Ctrl-", "Ctrl-1", "Ctrl-LL", "Ctrl-é", "^1", "qq",
    "\u{1B}",
    "\t", "Hyper-X", "\u{200D}",
  ])
  func isNoKey(name: String) {
    #expect(Key(name: name) == nil)
  }

  @Test func saysWhatKeysThereAre() {
    #expect(
      Key.nameAdvice.hasPrefix("Write one character, F1 to F12, Ctrl- and a letter, or one of")
    )
    #expect(Key.nameAdvice.contains("Enter, Esc, Tab, Shift-Tab, Space"))
  }
}
