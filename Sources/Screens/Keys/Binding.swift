import Monitor
package import Terminal

/// A command with its default keys. Help, the line of keys
/// and the documentation are made of this list.
package struct Binding: Sendable {
  package let command: Command
  package let contexts: Set<Context>
  package let keys: [Key]
  /// What it does, for the help.
  package let meaning: String
  /// What it does in a word, for the line of keys; `nil` leaves it out.
  package let short: String?

  init(
    _ command: Command,
    in contexts: Set<Context> = [.table],
    _ keys: [Key],
    _ meaning: String,
    short: String? = nil
  ) {
    self.command = command
    self.contexts = contexts
    self.keys = keys
    self.meaning = meaning
    self.short = short
  }

  /// Its keys by name: `F1 ? h`.
  package var label: String { keys.map(\.name).joined(separator: " ") }

  /// What it does, and where, if that is not in the table.
  package var explanation: String {
    guard !contexts.contains(.table) else { return meaning }
    let places = Context.allCases.filter(contexts.contains).map(\.place)
    return "\(places.joined(separator: ", ")): \(meaning)"
  }

  /// All of them, in the order of the help.
  package static let all: [Binding] =
    [help] + moving + views + order + past + filters + looks + acting + program

  /// The past has the keys of the table and of the details.
  private static let everywhere = Set(Context.allCases).subtracting([.past])
}

extension Binding {
  private static let moving = [
    Binding(.up, in: everywhere, [.up, .control("p")], "the row above"),
    Binding(.down, in: everywhere, [.down, .control("n")], "the row below"),
    Binding(.pageUp, in: everywhere, [.pageUp], "a page up"),
    Binding(.pageDown, in: everywhere, [.pageDown], "a page down"),
    Binding(.first, in: everywhere, [.home, .character("g")], "the first row"),
    Binding(.last, in: everywhere, [.end, .character("G")], "the last row"),
  ]

  private static let views = [
    Binding(.nextView, [.tab], "the next view", short: "View"),
    Binding(.previousView, [.backTab], "the previous view"),
    Binding(.connections, [.character("1")], "connections, and those that just ended"),
    Binding(.processes, [.character("2")], "processes, each with its connections"),
    Binding(.hosts, [.character("3")], "remote hosts, each with the connections to it"),
    Binding(.namespaces, [.character("4")], "network namespaces, each with its connections"),
    Binding(.listeners, [.character("5")], "listening sockets"),
    Binding(.closed, [.character("6")], "closed connections, the last 10,000"),
    Binding(.tree, [.function(5)], "show or hide the tree of processes and connections"),
    Binding(.unfold, [.character("+")], "show the connections of the selected group"),
    Binding(.fold, [.character("-")], "hide the connections of the selected group"),
    Binding(.foldAll, [.character("*")], "show or hide the connections of all groups"),
    Binding(.resetTotals, [.character("R")], "reset the totals of all groups to 0"),
    Binding(
      .open,
      in: [.table, .details, .menu],
      [.enter],
      "open a connection; unfold a group; choose in a menu",
      short: "Details"
    ),
    Binding(
      .otherEnd,
      in: [.table, .details],
      [.character("j")],
      "jump to the other end of the connection, if it is on this host",
      short: "Other end"
    ),
    Binding(
      .back,
      in: Set(Context.allCases),
      [.escape],
      "go back; clear the filter, then the selection"
    ),
  ]

  private static let order = [
    Binding(.sortLeft, [.character("<")], "sort by the column to the left"),
    Binding(
      .sortRight,
      [.character(">"), .function(6), .character(".")],
      "sort by the column to the right",
      short: "Sort"
    ),
    Binding(
      .left,
      in: [.table],
      [.left],
      "sort by the column to the left; scroll if columns do not fit"
    ),
    Binding(
      .right,
      in: [.table],
      [.right],
      "sort by the column to the right; scroll if columns do not fit"
    ),
    Binding(.invert, [.character("I")], "reverse the order"),
    Binding(.sortByRate, [.character("r")], "sort by bytes per second; again: reverse"),
    Binding(.sortByBytes, [.character("b")], "sort by bytes; again: reverse"),
    Binding(.sortByRTT, [.character("t")], "sort by round-trip time; again: reverse"),
    Binding(.sortByRetransmits, [.character("x")], "sort by retransmits; again: reverse"),
    Binding(.freeze, [.character("o")], "freeze or unfreeze the order"),
    Binding(.follow, [.character("F")], "follow the selected connection, even past its end"),
    Binding(
      .pause,
      in: [.table, .details],
      [.character("Z")],
      "pause or resume the display, or a recording; nothing is missed",
      short: "Pause"
    ),
  ]

  private static let past = [
    Binding(.nextSample, in: [.past], [.character("t")], "the next sample"),
    Binding(
      .previousSample,
      in: [.past],
      [.character("T")],
      "the previous sample"
    ),
    Binding(
      .jumpForward,
      in: [.past],
      [.character("j")],
      "jump ahead: to a time, by +30s, or to where an expression begins to match"
    ),
    Binding(
      .jumpBack,
      in: [.past],
      [.character("J")],
      "jump back: to a time, by -30s, or to where an expression began to match"
    ),
    Binding(.play, in: [.past], [.character("P")], "play or pause"),
    Binding(.slower, in: [.past], [.character("[")], "play more slowly"),
    Binding(.faster, in: [.past], [.character("]")], "play faster"),
    Binding(.firstSample, in: [.past], [.character("{")], "the first sample"),
    Binding(
      .lastSample,
      in: [.past],
      [.character("}")],
      "the last sample; of a live source: now"
    ),
  ]

  private static let filters = [
    Binding(
      .filter,
      [.character("/"), .function(3), .character("\\"), .function(4)],
      "filter by any text or expression: rtt>50ms process=nginx",
      short: "Filter"
    ),
    Binding(
      .search,
      in: [.details, .help],
      [.character("/"), .function(3), .character("\\"), .function(4)],
      "search: show only matching lines"
    ),
    Binding(
      .filterByRow,
      [.character("f")],
      "filter by the process, peer, port or state of the row; also a right click",
      short: "Filter by"
    ),
    Binding(.filterByPID, [.character("p")], "show one process, by PID"),
    Binding(.filterByNamespace, [.character("n")], "show one network namespace, by name or inode"),
    Binding(.filterByUser, [.character("u")], "show one user, by name"),
    Binding(.highlight, [.character("H")], "highlight rows by an expression"),
    Binding(.alerts, [.character("A")], "list the last alerts"),
    Binding(
      .tag,
      [.character(" ")],
      "tag or untag a row; the filter tagged lists them"
    ),
    Binding(.untagAll, [.character("U")], "remove all tags"),
  ]

  private static let looks = [
    Binding(
      .columns,
      [.function(2), .character("S")],
      "choose columns, their order and their widths",
      short: "Columns"
    ),
    Binding(.bits, in: [.table, .details], [.character("B")], "bytes or bits"),
    Binding(
      .prefix,
      in: [.table, .details],
      [.character("e")],
      "binary units (1024) or SI units (1000)"
    ),
    Binding(.deltas, [.character("D")], "totals, or changes over the last interval"),
    Binding(
      .names,
      in: [.table, .details],
      [.character("a")],
      "addresses or host names (queries DNS)"
    ),
    Binding(.services, in: [.table, .details], [.character("N")], "port numbers or service names"),
    Binding(
      .theme,
      in: [.table, .details],
      [.character("T")],
      "choose a theme, with a live preview",
      short: "Theme"
    ),
    Binding(.delay, [.character("d")], "set the time between samples"),
    Binding(.zoomIn, in: [.details], [.character("+"), .right], "zoom in to a shorter time span"),
    Binding(.zoomOut, in: [.details], [.character("-"), .left], "zoom out to a longer time span"),
    Binding(.toggleColumn, in: [.columns], [.character(" "), .enter], "show or hide the column"),
    Binding(.narrow, in: [.columns], [.left, .character("-")], "make the column narrower"),
    Binding(.widen, in: [.columns], [.right, .character("+")], "make the column wider"),
    Binding(
      .moveUp,
      in: [.columns],
      [.function(7), .character("[")],
      "move the column to the left"
    ),
    Binding(
      .moveDown,
      in: [.columns],
      [.function(8), .character("]")],
      "move the column to the right"
    ),
    Binding(
      .automatic,
      in: [.columns],
      [.character("a")],
      "go back to automatic columns"
    ),
  ]

  private static let acting = [
    Binding(
      .signal,
      in: [.table, .details],
      [.character("k"), .function(9)],
      "send the process a signal, from a menu",
      short: "Kill"
    ),
    Binding(
      .closeConnection,
      in: [.table, .details],
      [.character("K")],
      "close the connection: both ends get an error",
      short: "Close"
    ),
    Binding(
      .copy,
      in: [.table, .details],
      [.character("y")],
      "copy the ss command that shows this connection"
    ),
    Binding(
      .copyPackets,
      in: [.table, .details],
      [.character("Y")],
      "copy the tcpdump command that shows its packets"
    ),
  ]

  private static let help = Binding(
    .help,
    in: everywhere,
    [.function(1), .character("?"), .character("h")],
    "this help; / searches it",
    short: "Help"
  )

  private static let program = [
    Binding(
      .mouse,
      in: everywhere,
      [.character("m")],
      "release the mouse to the terminal, or capture it"
    ),
    Binding(
      .save,
      in: [.table, .columns],
      [.character("W")],
      "save view, order, columns, units, delay, theme and mouse to the settings"
    ),
    Binding(.redraw, in: everywhere, [.control("l")], "redraw the screen"),
    Binding(.suspend, in: everywhere, [.control("z")], "suspend nettop"),
    Binding(
      .quit,
      in: everywhere,
      [.character("q"), .function(10), .control("c")],
      "quit",
      short: "Quit"
    ),
  ]
}
