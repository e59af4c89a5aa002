import Glibc
import Synchronization
import Terminal
import Threads

/// Signals that ask the program to end.
enum Signals {
  /// Those that people and service managers send.
  static let requests = [SIGTERM, SIGHUP, SIGINT, SIGQUIT]

  /// All that end a process by default and that it can catch, except for crashes, where the screen
  /// puts the terminal back itself.
  static let all = (1...__libc_current_sigrtmax()).filter { !others.contains($0) }

  /// The others: those that cannot be caught, those that stop a process or do nothing, and crashes.
  private static let others: Set<Int32> = [
    SIGKILL, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU, SIGCHLD, SIGCONT, SIGURG, SIGWINCH,
    SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE, SIGSYS,
  ]

  /// How long a first signal has for its effect.
  private static let patience = Duration.seconds(1)

  /// What the handler writes to, the number of each signal as a byte. It is made once and never
  /// closed: when a stream ends, a handler on another thread may be about to write, and the number
  /// of a closed descriptor can soon be that of another file.
  static let pipe = Result<WakeupPipe, Failure> { () throws(Failure) in try WakeupPipe() }

  /// Its descriptor while there is a stream; the handler must not make the pipe.
  static let pipeEnd = Atomic<Int32>(-1)

  /// The signals as they come, from this call on. As long as there is the stream, a first one does
  /// not end the process itself; another ends it at once, when it comes a second later or more.
  /// Those that the parent had ignored, as `nohup` does, stay ignored.
  ///
  /// A signal source of Dispatch would lose those that come while it is being made. If all threads
  /// waited for a terminal or a pipe, it would report none.
  ///
  /// - Parameters:
  ///   - numbers: those that end the process by default now.
  ///   - recurring: those among them that do not ask for an end here, so that another one does not end
  ///     it either, and that are not ignored.
  ///   - isForced: ends the process by the first signal when the stream is still there a second
  ///     later, once the screen is abandoned: a terminal that takes no output blocks the
  ///     thread that draws.
  static func stream(
    of numbers: [Int32] = requests,
    recurring: Set<Int32> = [],
    isForced: Bool = false
  ) throws(Failure) -> AsyncStream<Int32> {
    let pipe = try Self.pipe.get()
    let ending = try WakeupPipe()
    let (stream, continuation) = AsyncStream<Int32>.makeStream()
    // Signals of an earlier stream are not of this one.
    _ = pipe.take()
    let isStarted = SystemThread.startDetached {
      watch(pipe, until: ending, continuation, recurring, isForced: isForced)
    }
    guard isStarted else { throw .noThread }
    pipeEnd.store(pipe.writeEnd, ordering: .sequentiallyConsistent)
    let taken = numbers.filter { take($0, evenIfIgnored: recurring.contains($0)) }
    continuation.onTermination = { _ in
      for number in taken { signal(number, SIG_DFL) }
      pipeEnd.store(-1, ordering: .sequentiallyConsistent)
      ending.send(0)
    }
    return stream
  }

  /// Ends the process by a signal, so that its parent sees why.
  static func die(of number: Int32) -> Never {
    signal(number, SIG_DFL)
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, number)
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
    raise(number)
    exit(128 + number)
  }

  /// The thread: passes signals on until the stream ends, which `ending` reports.
  private static func watch(
    _ pipe: WakeupPipe,
    until ending: WakeupPipe,
    _ continuation: AsyncStream<Int32>.Continuation,
    _ recurring: Set<Int32>,
    isForced: Bool
  ) {
    var first: (number: Int32, at: ContinuousClock.Instant)?
    while true {
      var limit: Int32 = -1
      if let first, isForced {
        let left = first.at + patience - .now
        limit = Int32(max(.zero, left) / .milliseconds(1)) + 1
      }
      var descriptors = [pipe.readiness, ending.readiness]
      if poll(&descriptors, 2, limit) == 0, let first { end(by: first.number) }
      if descriptors[1].revents != 0 { return }
      for byte in pipe.take() {
        let number = Int32(byte)
        if recurring.contains(number) {
          continuation.yield(number)
          continue
        }
        if let first, .now - first.at > patience { end(by: number) }
        if first == nil { first = (number, .now) }
        continuation.yield(number)
      }
    }
  }

  private static func end(by number: Int32) -> Never {
    Screen.abandon()
    die(of: number)
  }

  /// Leads a signal to the pipe.
  ///
  /// - Returns: whether it would have ended the process before, or is no longer ignored.
  private static func take(_ number: Int32, evenIfIgnored: Bool) -> Bool {
    let handler: @convention(c) (Int32) -> Void = { number in
      let saved = errno
      var byte = UInt8(truncatingIfNeeded: number)
      write(Signals.pipeEnd.load(ordering: .sequentiallyConsistent), &byte, 1)
      errno = saved
    }
    var before = sigaction()
    // The C library keeps some for itself and refuses them here.
    guard sigaction(number, nil, &before) == 0 else { return false }
    let handled = unsafeBitCast(before.__sigaction_handler.sa_handler, to: Int.self)
    // SIG_IGN is 1.
    guard handled == 0 || handled == 1 && evenIfIgnored else { return false }
    var action = sigaction()
    action.__sigaction_handler.sa_handler = handler
    action.sa_flags = SA_RESTART
    sigaction(number, &action, nil)
    return true
  }
}
