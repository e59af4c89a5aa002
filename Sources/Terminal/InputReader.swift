import Dispatch
import Glibc
import Synchronization

/// Reads keys from a terminal, on a queue of its own.
final class InputReader: Sendable {
  /// How long an Escape waits for the rest of a sequence. People do not type as fast, and a
  /// terminal sends a sequence at once.
  private static let escapeDelay = DispatchTimeInterval.milliseconds(40)
  /// How long a sequence that has begun may take; a slow network may deliver it in parts.
  private static let sequenceDelay = DispatchTimeInterval.milliseconds(500)

  private struct State {
    var decoder: KeyDecoder
    /// Counts reads, so that a delay ended by more input is known.
    var reads = 0
  }

  private let queue = DispatchQueue(label: "nettop.terminal.input")
  private let source: ReadSource
  private let state: Mutex<State>
  private let continuation: AsyncStream<Input>.Continuation

  /// - Parameter descriptor: belongs to the reader, which closes it when it is done.
  init(
    descriptor: Int32,
    keys: [[UInt8]: Key],
    continuation: AsyncStream<Input>.Continuation
  ) {
    self.continuation = continuation
    state = Mutex(State(decoder: KeyDecoder(keys: keys)))
    source = ReadSource(descriptor: descriptor, queue: queue)
  }

  /// Begins to read.
  func start() {
    source.start { [weak self] in self?.read() }
  }

  /// Reads no more, and closes the descriptor.
  func stop() {
    source.cancel()
  }

  private func read() {
    // The bytes may have been thrown away since, and then a read would block.
    var poll = pollfd(fd: source.descriptor, events: Int16(POLLIN), revents: 0)
    guard Glibc.poll(&poll, 1, 0) == 1 else { return }

    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
      let read = Glibc.read(source.descriptor, buffer.baseAddress, buffer.count)
      if read < 0 { failure = errno }
      count = max(0, read)
    }
    if bytes.isEmpty {
      if failure == EINTR || failure == EAGAIN { return }
      continuation.yield(.endOfInput)
      continuation.finish()
      stop()
      return
    }

    let (keys, reads, waiting) = state.withLock { state in
      state.reads += 1
      return (state.decoder.decode(bytes), state.reads, state.decoder.waiting)
    }
    for key in keys { continuation.yield(.key(key)) }
    guard let waiting else { return }
    let delay = waiting == .escape ? InputReader.escapeDelay : InputReader.sequenceDelay
    queue.asyncAfter(deadline: .now() + delay) { [weak self] in self?.expire(after: reads) }
  }

  private func expire(after reads: Int) {
    let keys = state.withLock { $0.reads == reads ? $0.decoder.expire() : [] }
    for key in keys { continuation.yield(.key(key)) }
  }
}
