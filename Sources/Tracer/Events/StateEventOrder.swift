/// Puts events in the order in which they happened: each CPU has a buffer of its own, and they are
/// read one after the other.
struct StateEventOrder {
  private var waiting: [StateEvent] = []

  mutating func add(_ event: StateEvent) {
    waiting.append(event)
  }

  /// Takes out the events until a time of `CLOCK_MONOTONIC`, in their order. Later ones wait: a
  /// buffer that was read before can have got an earlier one meanwhile.
  mutating func take(until time: UInt64) -> [StateEvent] {
    let taken = waiting.filter { $0.monotonic <= time }
    waiting.removeAll { $0.monotonic <= time }
    // Those of one CPU that a coarse clock gives one time are in order already.
    return taken.enumerated()
      .sorted { ($0.element.monotonic, $0.offset) < ($1.element.monotonic, $1.offset) }
      .map(\.element)
  }
}
