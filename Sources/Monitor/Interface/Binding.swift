package import Terminal

/// Keys and what they do. The help and the line of keys are made of this list.
package struct Binding: Sendable {
  package let command: Command
  package let keys: [Key]
  /// How the keys are called.
  package let label: String
  /// What it does, for the help.
  package let meaning: String
  /// What it does in a word, for the line of keys; `nil` keeps it out.
  package let short: String?

  private init(
    _ command: Command,
    _ keys: [Key],
    _ label: String,
    _ meaning: String,
    short: String? = nil
  ) {
    self.command = command
    self.keys = keys
    self.label = label
    self.meaning = meaning
    self.short = short
  }

  package static let all: [Binding] = [
    Binding(
      .help,
      [.function(1), .character("?"), .character("h")],
      "F1 ? h",
      "this help",
      short: "Help"
    ),
    Binding(.up, [.up, .character("k")], "Up k", "select the row above"),
    Binding(.down, [.down, .character("j")], "Down j", "select the row below"),
    Binding(.pageUp, [.pageUp], "PgUp", "a page up"),
    Binding(.pageDown, [.pageDown], "PgDn", "a page down"),
    Binding(.first, [.home, .character("g")], "Home g", "the first row"),
    Binding(.last, [.end, .character("G")], "End G", "the last row"),
    Binding(
      .filterByText,
      [.character("/"), .function(3), .character("\\"), .function(4)],
      "/ F3 F4",
      "show what has this text: process, command, user, namespace, address, state",
      short: "Text"
    ),
    Binding(.filterByPID, [.character("p")], "p", "show one process, by PID", short: "PID"),
    Binding(
      .filterByNamespace,
      [.character("n")],
      "n",
      "show one network namespace, by name or inode",
      short: "Netns"
    ),
    Binding(.clear, [.escape], "Esc", "clear the filters, then the selection"),
    Binding(.sortLeft, [.character("<"), .left], "< Left", "sort by the column to the left"),
    Binding(
      .sortRight,
      [.character(">"), .right, .function(6), .character(".")],
      "> Right F6",
      "sort by the column to the right",
      short: "Sort"
    ),
    Binding(.invert, [.character("I")], "I", "reverse the order", short: "Invert"),
    Binding(.sortByRate, [.character("r")], "r", "sort by bytes per second; again: reverse"),
    Binding(.sortByBytes, [.character("b")], "b", "sort by bytes; again: reverse"),
    Binding(.sortByRTT, [.character("t")], "t", "sort by round-trip time; again: reverse"),
    Binding(
      .sortByRetransmits,
      [.character("x")],
      "x",
      "sort by retransmits; again: reverse"
    ),
    Binding(.pause, [.character("Z")], "Z", "hold the picture still, or go on", short: "Pause"),
    Binding(.redraw, [.control("l")], "Ctrl-L", "draw the screen again"),
    Binding(.suspend, [.control("z")], "Ctrl-Z", "suspend nettop"),
    Binding(
      .quit,
      [.character("q"), .function(10), .control("c")],
      "q F10 Ctrl-C",
      "quit",
      short: "Quit"
    ),
  ]

  private static let commands: [Key: Command] = Dictionary(
    all.flatMap { binding in binding.keys.map { ($0, binding.command) } },
    uniquingKeysWith: { first, _ in first }
  )

  package static func command(for key: Key) -> Command? { commands[key] }
}
