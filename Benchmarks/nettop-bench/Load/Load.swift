import Glibc

/// A load process, seen from the bench.
final class Load {
  private let count: SharedCount
  private let child: Child

  /// Starts it. It goes on until `stop()`.
  ///
  /// - Parameters:
  ///   - other: where it works while `isBeside` is set.
  ///   - rate: how many pieces of work a second at most; 0 for no limit.
  init(
    _ kind: LoadKind,
    in namespace: Namespace,
    beside other: Namespace? = nil,
    host: String = "127.0.0.1",
    rate: Double = 0
  ) throws {
    count = try SharedCount()
    count.isWanted = true
    var command = [try Command.bench, "load", kind.rawValue, "--host", host, "--rate", "\(rate)"]
    if let other { command += ["--beside", other.path] }
    child = try Child(
      namespace.entering(command),
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

  /// Whether it works in its other namespace.
  var isBeside: Bool {
    get { count.side != 0 }
    set { count.side = newValue ? 1 : 0 }
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
