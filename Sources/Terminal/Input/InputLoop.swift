import CTerminal
import Dispatch
import Glibc
import Synchronization
import SystemPackage
import Threads

/// A thread that waits for what comes from the terminal: keys, and the signals about it.
///
/// A thread and not a dispatch source: libdispatch's manager may use a source that has ended when a
/// terminal or a pipe hangs up, and its threads block the signals that stop a background job.
final class InputLoop: Sendable {
  /// How long an Escape waits for the remainder of a sequence, in ms. People do not type as fast,
  /// and a terminal sends a sequence at once.
  private static let escapeDelay: Int32 = 40
  /// How long a sequence that has begun may take, in ms; a slow network may deliver it in parts.
  private static let sequenceDelay: Int32 = 500
  /// The same while the terminal has yet to answer: no part of an answer may pass for keys.
  private static let replyDelay: Int32 = 2000
  /// How much waits for its reader at most; the newest is kept, as it may be what ends the program.
  private static let limit = 4096
  /// How long to wait for the remainder of pasted text after a pause, in ms.
  private static let restOfPasteDelay: Int32 = 5000

  let input: AsyncStream<Input>
  private let continuation: AsyncStream<Input>.Continuation
  private let terminal: Int32
  private let signals: Int32
  private let keys: [[UInt8]: Key]
  private let isStopped = Atomic(false)
  private let isAsked = Atomic(false)
  private let lastReply = DispatchSemaphore(value: 0)
  private let thread = Mutex<SystemThread?>(nil)

  /// - Parameters:
  ///   - terminal: what to read keys from; stays the caller's.
  ///   - signals: where signals come as bytes, as `terminal_signals_begin` gives it.
  init(terminal: Int32, signals: Int32, keys: [[UInt8]: Key]) throws(ScreenError) {
    // The caller may close its own while the thread still waits.
    let copy = fcntl(terminal, F_DUPFD_CLOEXEC, 0)
    guard copy >= 0 else { throw .refused(errno) }
    self.terminal = copy
    self.signals = signals
    self.keys = keys
    (input, continuation) = AsyncStream.makeStream(
      bufferingPolicy: .bufferingNewest(InputLoop.limit)
    )
  }

  deinit {
    close(terminal)
  }

  /// Starts to wait; the handlers get the signals, the terminal's replies and word of Ctrl-C, on
  /// the thread.
  ///
  /// - Parameter onInterrupt: gets how long ago Ctrl-C came, and returns after how long it is to be
  ///   called again, `nil` for never.
  func start(
    onSignal: @escaping @Sendable (Int32) -> Void,
    onReply: @escaping @Sendable (Reply) -> Void,
    onInterrupt: @escaping @Sendable (Duration) -> Duration?
  ) throws(ScreenError) {
    try thread.withLock { thread throws(ScreenError) in
      do throws(Errno) {
        thread = try SystemThread.start { self.run(onSignal, onReply, onInterrupt) }
      } catch {
        throw error == .resourceTemporarilyUnavailable ? .noThread : .refused(error.rawValue)
      }
    }
  }

  /// Ends the stream, and the thread unless it is the one that calls.
  func stop() {
    continuation.finish()
    isStopped.store(true, ordering: .releasing)
    terminal_signals_wake()
    let thread = thread.withLock { thread in
      defer { thread = nil }
      return thread
    }
    guard let thread else { return }
    if thread.isCurrent { thread.detach() } else { thread.join() }
  }

  /// Records that the terminal is being queried, `Reply.attributes` last.
  func expectReplies() {
    isAsked.store(true, ordering: .releasing)
  }

  /// Waits for the last reply, or in vain for so many ms: after the terminal is given back, the
  /// answers would be taken for typed text.
  func awaitReplies(_ limit: Int) {
    let isOnThread = thread.withLock { $0?.isCurrent ?? true }
    if isOnThread || !isAsked.load(ordering: .acquiring) { return }
    if lastReply.wait(timeout: .now() + .milliseconds(limit)) == .success { lastReply.signal() }
  }

  /// Puts something in line with the keys.
  func yield(_ input: Input) {
    continuation.yield(input)
  }
}

extension InputLoop {
  private func run(
    _ onSignal: (Int32) -> Void,
    _ onReply: (Reply) -> Void,
    _ onInterrupt: (Duration) -> Duration?
  ) {
    terminal_thread_begin()
    var decoder = InputDecoder(keys: keys)
    var clicks = DoubleClicks()
    let start = ContinuousClock.now
    func now() -> Duration { start.duration(to: .now) }
    /// When Ctrl-C came that may not have been obeyed yet, and when to look again.
    var interrupt: (came: Duration, next: Duration)?
    func look(atInterruptOf came: Duration) {
      interrupt = onInterrupt(now() - came).map { (came, now() + $0) }
    }
    func pass(_ decoded: [InputDecoder.Decoded]) {
      for decoded in decoded {
        switch decoded {
        case .reply(let reply):
          onReply(reply)
          if reply == .attributes { endReplies() }
        case .input(.mouse(let mouse)):
          continuation.yield(.mouse(clicks.seen(mouse, at: now())))
        case .input(let input):
          continuation.yield(input)
          if input == .key(.control("c")) { look(atInterruptOf: now()) }
        }
      }
    }
    var polls = [terminal, signals].map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    while true {
      let delays = [
        delay(for: decoder, at: now()), interrupt.map { InputLoop.milliseconds($0.next - now()) },
      ]
      let ready = poll(&polls, nfds_t(polls.count), delays.compactMap(\.self).min() ?? -1)
      if isStopped.load(ordering: .acquiring) { return }
      guard ready >= 0 else { continue }
      if let due = interrupt, now() >= due.next {
        look(atInterruptOf: due.came)
      } else if ready == 0 {
        pass(decoder.expire())
      }
      if polls[1].revents != 0 { signalsSeen().forEach(onSignal) }
      if polls[0].revents != 0, let bytes = bytes(from: terminal) {
        pass(decoder.decode(bytes, at: now()))
        if bytes.isEmpty {
          endReplies()
          // The terminal is gone, but there may be signals yet.
          polls[0].fd = -1
          continuation.yield(.endOfInput)
          continuation.finish()
        }
      }
    }
  }

  /// How long a partial sequence waits for its remainder, in ms; nil if none waits.
  private func delay(for decoder: InputDecoder, at time: Duration) -> Int32? {
    switch decoder.waiting {
    case .escape: InputLoop.escapeDelay
    case .rest where isAsked.load(ordering: .acquiring): InputLoop.replyDelay
    case .rest: InputLoop.sequenceDelay
    case .paste: InputLoop.milliseconds(decoder.pasteDeadline - time)
    case .restOfPaste: InputLoop.restOfPasteDelay
    case nil: nil
    }
  }

  /// For `poll`, which must not return before.
  private static func milliseconds(_ duration: Duration) -> Int32 {
    Int32(max(.zero, duration) / .milliseconds(1)) + 1
  }

  private func endReplies() {
    let wasAsked = isAsked.exchange(false, ordering: .acquiringAndReleasing)
    if wasAsked { lastReply.signal() }
  }

  /// The signals that have come, each once: a window that is being dragged sends many.
  private func signalsSeen() -> [Int32] {
    let bytes = bytes(from: signals) ?? []
    return [SIGTSTP, SIGCONT, SIGWINCH].filter { bytes.contains(UInt8($0)) }
  }

  /// What a descriptor has to read; empty at its end, nil where there is nothing after all.
  private func bytes(from descriptor: Int32) -> [UInt8]? {
    var isNothing = false
    let bytes = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
      let read = read(descriptor, buffer.baseAddress, buffer.count)
      isNothing = read < 0 && (errno == EINTR || errno == EAGAIN)
      count = max(0, read)
    }
    return isNothing ? nil : bytes
  }
}
