import Glibc
import Monitor
import Synchronization
import Threads

/// Writes lines to an output on a thread of its own. Whoever gives them never waits: what
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
    /// Whether the output is to be opened again.
    var isReopening = false
    /// Lines that the output could not write.
    var unwritten: UInt64 = 0
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
  private let droppedLine: @Sendable (UInt64) -> LogLine
  private let wakeup: WakeupPipe
  private let endings = AsyncStream<Void>.makeStream()

  /// - Parameters:
  ///   - output: where the lines go.
  ///   - limit: how many lines wait at most.
  ///   - droppedLine: the line that stands for so many dropped ones.
  init(
    to output: any LogOutput,
    limit: Int,
    droppedLine: @escaping @Sendable (UInt64) -> LogLine
  ) throws(Failure) {
    self.limit = limit
    byteLimit = max(limit, 1024) * Self.bytesPerLine
    self.droppedLine = droppedLine
    wakeup = try WakeupPipe()
    let isStarted = SystemThread.startDetached { [self] in run(output) }
    guard isStarted else { throw .noThread }
  }

  /// Takes a line to write.
  ///
  /// - Returns: whether it found room.
  @discardableResult
  func offer(_ line: LogLine) -> Bool {
    let isTaken = state.withLock { state in
      if state.outcome != nil { return false }
      guard state.lines.count < limit, state.lines.bytes < byteLimit else {
        state.dropped += 1
        return false
      }
      tellDropped(&state)
      state.lines.append(line)
      return true
    }
    wakeup.send(1)
    return isTaken
  }

  private func tellDropped(_ state: inout State) {
    guard state.dropped > 0 else { return }
    state.lines.append(droppedLine(state.dropped))
    state.dropped = 0
  }

  /// Has the output opened again, between two lines.
  func reopen() {
    state.withLock { $0.isReopening = true }
    wakeup.send(1)
  }

  /// Returns when nothing can be written any more: the reader has gone, or writing failed.
  func ended() async {
    for await _ in endings.stream {}
  }

  /// Writes what is left, for as long as the reader takes any of it.
  ///
  /// - Returns: how many lines were not written: the reader did not take them, or the file had no room.
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
      let now = state.withLock { state in
        (state.outcome, state.written, state.lines.count + state.inHand, state.unwritten)
      }
      if let outcome = now.0 {
        _ = try outcome.get()
        return now.3
      }
      if now.1 != written { (written, since) = (now.1, clock.now) }
      if clock.now - since > patience { return UInt64(now.2) }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  /// Waits until there is room for a line, or none can be written any more. Only for who has time: it
  /// holds up its thread.
  func waitForRoom() {
    while state.withLock({
      $0.outcome == nil && ($0.lines.count >= limit / 2 || $0.lines.bytes >= byteLimit / 2)
    }) {
      usleep(500)
    }
  }

  /// The thread: writes what there is, and waits for more.
  private func run(_ output: any LogOutput) {
    var output = output
    var outcome: Result<StandardOutput.Reader, Failure>?
    while outcome == nil {
      let (lines, isFinishing, isReopening) = take()
      if isReopening { output.reopen() }
      if lines.isEmpty {
        if isFinishing {
          outcome = .success(.present)
        } else if !isReopening {
          outcome = wait(for: output.readerDescriptor)
        }
        continue
      }
      do throws(Failure) {
        if try output.write(lines) == .closed { outcome = .success(.closed) }
      } catch {
        outcome = .failure(error)
      }
    }
    let unwritten = output.unwritten
    state.withLock { state in
      state.unwritten = unwritten
      state.outcome = outcome
    }
    endings.continuation.finish()
  }

  /// The next lines; those before are written.
  private func take() -> (lines: [LogLine], isFinishing: Bool, isReopening: Bool) {
    state.withLock { state in
      state.written += UInt64(state.inHand)
      defer { state.isReopening = false }
      let lines = state.lines.takeFirst(Self.piece)
      state.inHand = lines.count
      return (lines, state.isFinishing, state.isReopening)
    }
  }

  /// Waits until there may be lines.
  ///
  /// - Returns: an outcome where the reader has gone meanwhile.
  private func wait(for reader: Int32) -> Result<StandardOutput.Reader, Failure>? {
    var descriptors = [
      wakeup.readiness,
      // Without a request: that the reader has gone is reported anyway.
      pollfd(fd: reader, events: 0, revents: 0),
    ]
    poll(&descriptors, 2, -1)
    _ = wakeup.take()
    let isGone = Int32(descriptors[1].revents) & (POLLERR | POLLHUP) != 0
    return isGone ? .success(.closed) : nil
  }
}
