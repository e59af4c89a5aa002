import CTerminal
import Glibc
import Synchronization

/// A thread that waits for what comes from the terminal: keys, and the signals about it.
///
/// A thread and not a dispatch source: libdispatch's manager may use a source that has ended when a
/// terminal or a pipe hangs up, and its threads block the signals that stop a background job.
final class InputLoop: Sendable {
  /// How long an Escape waits for the rest of a sequence, in ms. People do not type as fast, and a
  /// terminal sends a sequence at once.
  private static let escapeDelay: Int32 = 40
  /// How long a sequence that has begun may take, in ms; a slow network may deliver it in parts.
  private static let sequenceDelay: Int32 = 500

  let input: AsyncStream<Input>
  private let continuation: AsyncStream<Input>.Continuation
  private let terminal: Int32
  private let signals: Int32
  private let keys: [[UInt8]: Key]
  private let isStopped = Atomic(false)
  private let thread = Mutex<pthread_t?>(nil)

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
    (input, continuation) = AsyncStream.makeStream()
  }

  deinit {
    close(terminal)
  }

  /// Begins to wait; the handler gets the signals, on the thread.
  func start(_ handler: @escaping @Sendable (Int32) -> Void) throws(ScreenError) {
    let body = Unmanaged.passRetained(Body { self.run(handler) })
    let failure = thread.withLock { thread in
      var started = pthread_t()
      let failure = pthread_create(
        &started,
        nil,
        { body in
          if let body { Unmanaged<Body>.fromOpaque(body).takeRetainedValue().run() }
          return nil
        },
        body.toOpaque()
      )
      if failure == 0 { thread = started }
      return failure
    }
    if failure != 0 {
      body.release()
      throw .refused(failure)
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
    if pthread_equal(thread, pthread_self()) != 0 {
      pthread_detach(thread)
    } else {
      pthread_join(thread, nil)
    }
  }

  /// Puts something in line with the keys.
  func yield(_ input: Input) {
    continuation.yield(input)
  }
}

extension InputLoop {
  private final class Body {
    let run: () -> Void

    init(run: @escaping () -> Void) {
      self.run = run
    }
  }

  private func run(_ handler: (Int32) -> Void) {
    terminal_thread_begin()
    var decoder = KeyDecoder(keys: keys)
    var polls = [terminal, signals].map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    while true {
      let ready = poll(&polls, nfds_t(polls.count), delay(for: decoder.waiting))
      if isStopped.load(ordering: .acquiring) { return }
      guard ready >= 0 else { continue }
      if ready == 0 { yield(decoder.expire()) }
      if polls[1].revents != 0 { signalsSeen().forEach(handler) }
      if polls[0].revents != 0, let bytes = bytes(from: terminal) {
        yield(decoder.decode(bytes))
        if bytes.isEmpty {
          // The terminal is gone, but there may be signals yet.
          polls[0].fd = -1
          continuation.yield(.endOfInput)
          continuation.finish()
        }
      }
    }
  }

  private func delay(for waiting: KeyDecoder.Waiting?) -> Int32 {
    switch waiting {
    case .escape: InputLoop.escapeDelay
    case .rest: InputLoop.sequenceDelay
    case nil: -1
    }
  }

  private func yield(_ keys: [Key]) {
    for key in keys { continuation.yield(.key(key)) }
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
