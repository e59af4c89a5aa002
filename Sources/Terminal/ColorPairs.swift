import CNcurses

/// The pairs of colours in use. A terminal has few, so each is made when it is first drawn.
struct ColorPairs {
  private struct Pair: Hashable {
    var foreground: Color?
    var background: Color?
  }

  private var numbers: [Pair: Int16] = [:]
  /// How many there may be, number 0 included, which is the terminal's own; 0 without colours.
  private let limit: Int
  private let hasDefaults: Bool

  /// Once ncurses runs.
  ///
  /// - Parameter isWanted: whether to use colours where the terminal has them.
  init(isWanted: Bool) {
    let isUsed = isWanted && has_colors() && start_color() == OK
    // On a terminal that cannot go back to its own colours, white on black stands for them.
    hasDefaults = isUsed && use_default_colors() == OK
    limit = isUsed ? min(Int(tigetnum("pairs")), Int(Int16.max)) : 0
  }

  /// The attributes and the pair that show a look.
  mutating func attributes(of look: Look) -> (attributes: attr_t, pair: Int16) {
    var attributes: attr_t = 0
    if look.attributes.contains(.bold) { attributes |= curses_bold }
    if look.attributes.contains(.dim) { attributes |= curses_dim }
    if look.attributes.contains(.underline) { attributes |= curses_underline }
    if look.attributes.contains(.reverse) { attributes |= curses_reverse }
    // A background marks something: without colours, reverse does.
    if limit == 0, look.background != nil { attributes |= curses_reverse }
    return (attributes, pair(look.foreground, look.background))
  }

  private mutating func pair(_ foreground: Color?, _ background: Color?) -> Int16 {
    let pair = Pair(foreground: foreground, background: background)
    if foreground == nil && background == nil || limit == 0 { return 0 }
    if let number = numbers[pair] { return number }

    let number = numbers.count + 1
    guard number < limit else { return 0 }
    let foreground = foreground?.rawValue ?? (hasDefaults ? -1 : Color.white.rawValue)
    let background = background?.rawValue ?? (hasDefaults ? -1 : Color.black.rawValue)
    guard init_pair(Int16(number), foreground, background) == OK else { return 0 }
    numbers[pair] = Int16(number)
    return Int16(number)
  }
}
