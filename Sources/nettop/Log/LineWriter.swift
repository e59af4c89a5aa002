import Glibc
import Synchronization
import Threads

/// Writes lines to standard output on a thread of its own. Whoever gives them never waits: what
/// finds no room is dropped and counted, and the count stands in the output where they are missing.
final class LineWriter: Sendable {
  private struct State {
    var lines = Lines()
    /// Lines dropped since the last one that found room.
    var dropped: UInt64 = 0
    /// Lines taken from `lines` that are not written yet.
    var inHand = 0
    var written: UInt64 = 0
    var isFinishing = false
    /// How it came out, once the thread has ended.
    var outcome: Result<StandardOutput.Reader, Failure>?
  }

  /// Lines are this long at most on average; few are longer than a thousand bytes.
  private static let bytesPerLine = 2048

  /// Few, so that a reader who takes little is seen to take some.
  private static let piece = 32

  private let state = Mutex(State())
  private let limit: Int
  private let byteLimit: Int
  private let droppedLine: @Sendable (UInt64) -> String
  private let wakeup: WakeupPipe
  private let endings = AsyncStream<Void>.makeStream()

  /// - Parameters:
  ///   - limit: how many lines wait at most.
  ///   - droppedLine: the line that stands for so many dropped ones.
  init(limit: Int, droppedLine: @escaping @Sendable (UInt64) -> String) throws(Failure) {
    self.limit = limit
    byteLimit = max(limit, 1024) * Self.bytesPerLine
    self.droppedLine = droppedLine
    wakeup = try WakeupPipe()
    let isStarted = SystemThread.startDetached { [self] in run() }
    guard isStarted else { throw .noThread }
  }

  /// Takes a line to write, without its end.
  ///
  /// - Returns: whether it found room.
  @discardableResult
  func offer(_ line: String) -> Bool {
    let isTaken = state.withLock { state in
      if state.outcome != nil { return false }
      guard state.lines.count < limit, state.lines.bytes < byteLimit else {
        state.dropped += 1
        return false
      }
      tellDropped(&state)
      state.lines.append(line + "\n")
      return true
    }
    wakeup.send(1)
    return isTaken
  }

  private func tellDropped(_ state: inout State) {
    guard state.dropped > 0 else { return }
    state.lines.append(droppedLine(state.dropped) + "\n")
    state.dropped = 0
  }

  /// Returns when nothing can be written any more: the reader has gone, or writing failed.
  func ended() async {
    for await _ in endings.stream {}
  }

  /// Writes what is left, for as long as the reader takes any of it.
  ///
  /// - Returns: how many lines the reader did not take.
  /// - Throws: why lines could not be written, now or before.
  func finish(patience: Duration = .seconds(2)) async throws -> UInt64 {
    state.withLock { state in
      tellDropped(&state)
      state.isFinishing = true
    }
    wakeup.send(1)
    let clock = ContinuousClock()
    var written: UInt64?
    var since = clock.now
    while true {
      let now = state.withLock { ($0.outcome, $0.written, $0.lines.count + $0.inHand) }
      if let outcome = now.0 {
        _ = try outcome.get()
        return 0
      }
      if now.1 != written { (written, since) = (now.1, clock.now) }
      if clock.now - since > patience { return UInt64(now.2) }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  /// The thread: writes what there is, and waits for more.
  private func run() {
    var output = StandardOutput()
    var outcome: Result<StandardOutput.Reader, Failure>?
    while outcome == nil {
      let (lines, isFinishing) = take()
      if lines.isEmpty {
        if isFinishing { outcome = .success(.present) } else { outcome = wait() }
        continue
      }
      for line in lines { output.write(line) }
      do throws(Failure) {
        if try output.flush() == .closed { outcome = .success(.closed) }
      } catch {
        outcome = .failure(error)
      }
    }
    state.withLock { $0.outcome = outcome }
    endings.continuation.finish()
  }

  /// The next lines; those before are written.
  private func take() -> (lines: [String], isFinishing: Bool) {
    state.withLock { state in
      state.written += UInt64(state.inHand)
      let lines = state.lines.takeFirst(Self.piece)
      state.inHand = lines.count
      return (lines, state.isFinishing)
    }
  }

  /// Waits until there may be lines.
  ///
  /// - Returns: an outcome where the reader has gone meanwhile.
  private func wait() -> Result<StandardOutput.Reader, Failure>? {
    var descriptors = [
      wakeup.readiness,
      // Without a request: that the reader has gone is reported anyway.
      pollfd(fd: STDOUT_FILENO, events: 0, revents: 0),
    ]
    poll(&descriptors, 2, -1)
    _ = wakeup.take()
    let isGone = Int32(descriptors[1].revents) & (POLLERR | POLLHUP) != 0
    return isGone ? .success(.closed) : nil
  }
}
