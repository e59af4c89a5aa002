/// In what units and words figures are shown, and whether the picture is held still.
extension Interface {
  /// Does what a key asks for in any place with figures.
  ///
  /// - Returns: whether the command is one of these.
  mutating func changeLooks(_ command: Command) -> Bool {
    switch command {
    case .bits:
      let isBits = presentation.unit == .bytes
      presentation.unit = isBits ? .bits : .bytes
      tell(isBits ? "amounts in bits" : "amounts in bytes")
    case .prefix:
      let isSI = presentation.prefix == .binary
      presentation.prefix = isSI ? .si : .binary
      tell(isSI ? "SI units: steps of 1000" : "binary units: steps of 1024")
    case .deltas:
      let isDelta = presentation.figures == .totals
      presentation.figures = isDelta ? .deltas : .totals
      tell("counters: \(isDelta ? "what the last interval added" : "totals since the opening")")
    case .names:
      let isNamed = presentation.hosts == .addresses
      presentation.hosts = isNamed ? .names : .addresses
      tell(isNamed ? "host names: your name servers are asked for them" : "addresses")
    case .services:
      let isNamed = presentation.ports == .numbers
      presentation.ports = isNamed ? .services : .numbers
      tell(isNamed ? "service names" : "port numbers")
    case .pause: togglePause()
    default: return false
    }
    return true
  }
}
