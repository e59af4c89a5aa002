import Connections

/// Which rows of a table a view shows, by slot, and how many of these are in each state.
struct ShownRows: Sendable {
  private static let hidden: UInt8 = 0xff
  /// Shown, and in no state that is counted.
  private static let stateless: UInt8 = 0xfe

  private var flags: [UInt8] = []
  /// How many live rows are shown in each state, by the state's number, and flows of UDP.
  private(set) var tallies = [Int](repeating: 0, count: Tally.count)

  subscript(slot: Int32) -> Bool { flags[Int(slot)] != Self.hidden }

  /// Makes room for the slots below a bound.
  mutating func reserve(_ bound: Int32) {
    while flags.count < Int(bound) { flags.append(Self.hidden) }
  }

  /// - Parameter tally: as `Row.liveTally`.
  mutating func set(_ slot: Int32, _ tally: Int?, isShown: Bool) {
    let counted = tally.map { UInt8(truncatingIfNeeded: $0) } ?? Self.stateless
    set(slot, isShown ? counted : Self.hidden)
  }

  /// Of a slot that is free.
  mutating func hide(_ slot: Int32) {
    set(slot, Self.hidden)
  }

  private mutating func set(_ slot: Int32, _ new: UInt8) {
    let old = flags[Int(slot)]
    guard old != new else { return }
    if Int(old) < tallies.count { tallies[Int(old)] -= 1 }
    if Int(new) < tallies.count { tallies[Int(new)] += 1 }
    flags[Int(slot)] = new
  }
}
