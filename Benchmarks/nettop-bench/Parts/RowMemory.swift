import Monitor
import Screens
import Terminal

/// What rows take in memory, in bytes.
struct RowMemory {
  /// With all the history that is kept of them.
  let live: Double
  /// What is added while the display is paused and batches go on.
  let pause: Double

  init(rows: UInt64) {
    let start = Self.resident
    var state = ScreenState(host: "bench")
    state.apply(Synthetic.opening(rows))
    // As many as the history has room for.
    for second in 1...400 {
      state.apply(Synthetic.change(rows / 100, of: rows, round: UInt64(second)))
    }
    live = Self.resident - start
    _ = state.handle(.character("Z"))
    for second in 401...402 {
      state.apply(Synthetic.change(rows / 100, of: rows, round: UInt64(second)))
    }
    pause = Self.resident - start - live
  }

  private static var resident: Double { ProcessMemory.field("RssAnon", of: "self") }
}
