import Glibc

/// A load process, seen from the bench.
final class Load {
  private let count: SharedCount
  private let child: Child

  /// Starts it. It goes on until `stop()`.
  init(_ kind: LoadKind, in namespace: Namespace, host: String = "127.0.0.1") throws {
    count = try SharedCount()
    count.isWanted = true
    child = try Child(
      namespace.entering([try Command.bench, "load", kind.rawValue, "--host", host]),
      descriptors: [SharedCount.inherited: count.descriptor]
    )
    let deadline = Clocks.now + 10
    while count.done == 0 {
      if Clocks.now > deadline { throw BenchError("the load \(kind) did not start") }
      Clocks.sleep(0.001)
    }
  }

  deinit {
    count.isWanted = false
    count.discard()
  }

  /// How far it was at a moment.
  struct Mark {
    let done: UInt64
    /// Its CPU time.
    let cpu: Double
    let wall: Double
  }

  func mark() -> Mark {
    Mark(done: count.done, cpu: Clocks.cpu(of: child.pid), wall: Clocks.now)
  }

  /// Has it finish what it is at.
  ///
  /// - Returns: how much it has done in all.
  func stop() throws -> UInt64 {
    count.isWanted = false
    try child.expect("done")
    return count.done
  }
}
