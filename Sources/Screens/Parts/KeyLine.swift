import Monitor
import StyledText
import Terminal

/// A line of keys with what each does; a click works like the key.
///
///     F1 Help  / Filter  Tab View  Enter Details  > Sort  Z Pause  q Quit
struct KeyLine: Sendable {
  struct Item: Hashable, Sendable {
    /// What a click does.
    let command: Command
    let keys: String
    let word: String

    var columns: Int { SafeText.columns(of: keys) + 1 + SafeText.columns(of: word) }
  }

  /// The place of an item.
  struct Place: Hashable, Sendable {
    let command: Command
    let columns: Range<Int>
  }

  private static let gap = 2

  let items: [Item]
  /// The text at the right edge.
  var right = ""

  /// As many of the items as fit, the last one always.
  private func fitting(_ width: Int) -> [Item] {
    guard let last = items.last else { return [] }
    var room = width - last.columns
    let first = items.dropLast().prefix { item in
      room -= item.columns + Self.gap
      return room >= 0
    }
    return first + [last]
  }

  /// Draws it.
  ///
  /// - Returns: the places of its items.
  func draw(into canvas: inout Canvas, y: Int) -> [Place] {
    canvas.write("", x: 0, y: y, width: canvas.width)
    var x = 0
    var places: [Place] = []
    for item in fitting(canvas.width) where x < canvas.width {
      let start = x
      x = canvas.write(item.keys, x: x, y: y, style: .key)
      x = canvas.write(" \(item.word)", x: x, y: y, style: .keyMeaning)
      places.append(Place(command: item.command, columns: start..<x))
      x += Self.gap
    }
    let columns = SafeText.columns(of: right)
    if columns > 0, x + columns <= canvas.width {
      canvas.write(right, x: canvas.width - columns, y: y, style: .faint)
    }
    return places
  }
}

extension KeyLine {
  /// What the line below the table has, the most needed first; how to leave is always there.
  private static let ofTable: [Command] = [
    .help, .filter, .nextView, .open, .sortRight, .pause, .columns, .signal, .closeConnection,
    .filterByRow, .otherEnd, .theme, .quit,
  ]

  /// The line below the table.
  init(_ keys: KeyMap) {
    items = Self.ofTable.compactMap { command in
      let word = Binding.all.first { $0.command == command }?.short
      return word.flatMap { Self.item(keys, [command], $0) }
    }
  }

  /// The line below the table while the past can be shown.
  ///
  /// - Parameters:
  ///   - isOfRecording: whether that is a recording, which has no present to go back to.
  ///   - isPlaying: whether it is played.
  init(_ keys: KeyMap, isOfRecording: Bool, isPlaying: Bool) {
    let play = isPlaying ? "Pause" : "Play"
    let pause = Self.item(keys, [.pause], isOfRecording ? play : "Resume")
    let others: [(commands: [Command], word: String)] = [
      ([.previousSample, .nextSample], "Step"), ([.jumpForward, .jumpBack], "Jump"),
      ([.play], play), ([.slower, .faster], "Speed"), ([.firstSample, .lastSample], "Ends"),
      ([.open], "Details"), ([.filter], "Filter"), ([.nextView], "View"),
    ]
    let middle = others.filter { !isOfRecording || $0.commands != [.play] }
      .map { Self.item(keys, $0.commands, $0.word, clicks: $0.commands.last) }
    items =
      ([Self.item(keys, [.help], "Help"), pause] + middle + [Self.item(keys, [.quit], "Quit")])
      .compactMap { $0 }
  }

  /// The line below the help, or the details of a connection.
  ///
  /// - Parameters:
  ///   - visible: the lines on the screen, of `count` in all.
  ///   - others: further items, before the last one.
  init(_ keys: KeyMap, _ visible: Range<Int>, of count: Int, width: Int, others: [Item] = []) {
    let isWhole = visible.count >= count
    // Not all keys that scroll fit a narrow screen.
    let moving: [Command] = width < 100 ? [.up, .down] : [.up, .down, .pageUp, .pageDown]
    let items = [
      Self.item(keys, [.back], "Back"), Self.item(keys, [.search], "Search"),
      isWhole ? nil : Self.item(keys, moving, "Scroll", clicks: .pageDown),
    ]
    self.items = items.compactMap { $0 } + others
    right = isWhole ? "" : "\(visible.lowerBound + 1)-\(visible.upperBound)/\(count)"
  }

  /// The items of the details that other places have not.
  ///
  /// - Parameter isOfPast: whether they are of the past, which nothing can be done to.
  static func ofDetails(_ keys: KeyMap, isOfPast: Bool = false) -> [Item] {
    let looking = [
      item(keys, [.zoomIn, .zoomOut], "Zoom", separator: " "), item(keys, [.copy], "Copy"),
    ]
    let others =
      isOfPast
      ? [
        item(keys, [.previousSample, .nextSample], "Step", clicks: .nextSample),
        item(keys, [.jumpForward, .jumpBack], "Jump", clicks: .jumpBack),
      ]
      : [item(keys, [.signal], "Kill"), item(keys, [.closeConnection], "Close")]
    return (looking + others).compactMap { $0 }
  }

  /// An item for commands by the first key of each; `nil` if none has a key.
  private static func item(
    _ keys: KeyMap,
    _ commands: [Command],
    _ word: String,
    separator: String = "/",
    clicks command: Command? = nil
  ) -> Item? {
    let names = commands.compactMap { keys.keys(of: $0).first?.name }
    guard let first = command ?? commands.first, !names.isEmpty else { return nil }
    return Item(command: first, keys: names.joined(separator: separator), word: word)
  }
}
