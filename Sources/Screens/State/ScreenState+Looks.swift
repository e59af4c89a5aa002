import Monitor

/// In what units and words figures are shown.
extension ScreenState {
  /// Performs a command that works wherever there are figures.
  ///
  /// - Returns: whether the command is one of these.
  mutating func changeLooks(_ command: Command) -> Bool {
    switch command {
    case .bits: turn(\.unit, (.bytes, "Amounts in bytes"), (.bits, "Amounts in bits"))
    case .prefix:
      turn(
        \.prefix,
        (.binary, "Binary units: steps of 1024"),
        (.si, "SI units: steps of 1000")
      )
    case .deltas:
      turn(
        \.figures,
        (.totals, "Counters: totals since opening"),
        (.deltas, "Counters: changes over the last interval")
      )
    case .names:
      turn(
        \.hosts,
        (.addresses, "Addresses"),
        (.names, "Host names (queries DNS)")
      )
    case .services:
      turn(\.ports, (.numbers, "Port numbers"), (.services, "Service names"))
    default: return false
    }
    return true
  }

  /// Goes from one of two ways to show something to the other, and says so.
  private mutating func turn<Way: Equatable>(
    _ choice: WritableKeyPath<Presentation, Way>,
    _ usual: (way: Way, name: String),
    _ other: (way: Way, name: String)
  ) {
    let next = presentation[keyPath: choice] == usual.way ? other : usual
    presentation[keyPath: choice] = next.way
    tell(next.name)
  }
}
