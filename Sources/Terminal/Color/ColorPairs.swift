import CNcurses

/// The pairs of colours in use. A terminal has few, so each is made when it is first drawn.
struct ColorPairs {
  private struct Pair: Hashable {
    var foreground: Int32
    var background: Int32
  }

  /// The terminal's own colour.
  private static let own: Int32 = -1
  /// A background that is further off than this is not shown: text on it could be unreadable.
  private static let tolerance = 0.1

  let depth: ColorDepth
  private var numbers: [Pair: Int32] = [:]
  /// How many there may be, number 0 included, which is the terminal's own.
  private let limit: Int32
  private let hasDefaults: Bool

  /// Once ncurses runs.
  ///
  /// - Parameter isWanted: whether to use colours where the terminal has them.
  init(isWanted: Bool) {
    let isUsed = isWanted && has_colors() && start_color() == OK
    // On a terminal that cannot go back to its own colours, white on black replaces them.
    hasDefaults = isUsed && use_default_colors() == OK
    depth = isUsed ? .described : .none
    limit = min(max(0, tigetnum("pairs")), Int32(Int16.max))
  }

  /// Lets the pairs be made again for another theme.
  mutating func removeAll() {
    numbers.removeAll(keepingCapacity: true)
  }

  /// The attributes and the pair that show a look.
  mutating func attributes(of look: Look) -> (attributes: attr_t, pair: Int32) {
    var attributes: attr_t = 0
    for (attribute, bits) in ColorPairs.attributes where look.attributes.contains(attribute) {
      attributes |= bits
    }
    let background = look.background.map(depth.number)
    // A background marks something: where it cannot be shown, reverse does.
    if depth == .none || background.map({ $0.distance > ColorPairs.tolerance }) == true {
      return (look.background == nil ? attributes : attributes | curses_reverse, 0)
    }
    let pair = Pair(
      foreground: look.foreground.map { depth.number(of: $0).number } ?? own(.white),
      background: background?.number ?? own(.black)
    )
    return (attributes, number(of: pair))
  }

  private static let attributes: [(Look.Attributes, attr_t)] = [
    (.bold, curses_bold), (.dim, curses_dim), (.italic, curses_italic),
    (.underline, curses_underline), (.reverse, curses_reverse),
  ]

  private func own(_ substitute: Color.Name) -> Int32 {
    hasDefaults ? ColorPairs.own : Int32(substitute.rawValue)
  }

  private mutating func number(of pair: Pair) -> Int32 {
    if pair == Pair(foreground: ColorPairs.own, background: ColorPairs.own) { return 0 }
    if let number = numbers[pair] { return number }
    let number = Int32(numbers.count + 1)
    guard number < limit,
      init_extended_pair(number, pair.foreground, pair.background) == OK
    else { return 0 }
    numbers[pair] = number
    return number
  }
}
