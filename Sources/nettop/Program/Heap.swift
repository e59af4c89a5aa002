internal import CMalloc
import CProcess

/// The memory of the process between batches.
///
/// The start runs through much code that nothing runs afterwards. A flood of connections makes batches
/// large for a moment. What they leave behind is free, but the C library returns it to the system by
/// itself only where nothing lies above it. `malloc_trim` returns all of it.
struct Heap {
  /// What leaves memory behind.
  enum Phase: Hashable { case start, flood }

  /// Batches until what the start left behind is given back: code still runs for the first time.
  private var untilStarted = 3
  /// Deltas of the largest batch or keyframe since memory was given back.
  private var largest = 0
  /// Small batches in a row since then.
  private var quiet = 0
  /// Smaller batches leave little behind.
  private static let leastFlood = 8192
  /// After so many small batches, the tables have let go of what the flood had in them.
  private static let quietBatches = 4

  /// Keeps memory in few pieces, which can be given back: call it once, before any thread starts.
  static func prepare() {
    mallopt(M_ARENA_MAX, 2)
    // Arrays of a batch have pages of their own, which go with them. Without this, the limit grows
    // with the first large one that is freed.
    mallopt(M_MMAP_THRESHOLD, 1 << 20)
    mallopt(M_TRIM_THRESHOLD, 1 << 20)
  }

  /// Notes that the history made a keyframe of so many connections: it leaves as much behind as a batch
  /// that has them all.
  mutating func note(keyframeOf connections: Int) {
    guard connections > 0 else { return }
    largest = max(largest, connections)
    quiet = 0
  }

  /// Gives memory back once the start or a flood is over.
  ///
  /// - Parameter deltas: how many the batch had that was just dealt with.
  /// - Returns: what is over with it.
  @discardableResult
  mutating func settle(after deltas: Int) -> Set<Phase> {
    var over: Set<Phase> = []
    if untilStarted > 0 {
      untilStarted -= 1
      if untilStarted == 0 { over.insert(.start) }
    }
    largest = max(largest, deltas)
    quiet = deltas * 4 < largest ? quiet + 1 : 0
    if largest >= Self.leastFlood, quiet >= Self.quietBatches {
      (largest, quiet) = (deltas, 0)
      over.insert(.flood)
    }
    if over.contains(.start) { code_release() }
    if !over.isEmpty { malloc_trim(0) }
    return over
  }
}
