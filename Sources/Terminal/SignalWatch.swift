import CTerminal
import Dispatch
import Glibc

/// Hands on, on a queue of its own, the signals that stop and continue the process and resize the
/// terminal. There may be one at a time.
final class SignalWatch: Sendable {
  private let source: ReadSource

  /// - Throws: `refused` where no pipe can be had.
  init(_ handler: @escaping @Sendable (Int32) -> Void) throws(ScreenError) {
    let descriptor = terminal_signals_begin()
    guard descriptor >= 0 else { throw .refused(errno) }
    source = ReadSource(
      descriptor: descriptor,
      queue: DispatchQueue(label: "nettop.terminal.signals")
    )
    source.start {
      for signal in SignalWatch.signals(from: descriptor) { handler(signal) }
    }
  }

  /// Gives the signals back.
  func stop() {
    terminal_signals_end()
    source.cancel()
  }

  /// The signals that have come, each once: a window that is being dragged sends many.
  private static func signals(from descriptor: Int32) -> [Int32] {
    let bytes = [UInt8](unsafeUninitializedCapacity: 512) { buffer, count in
      count = max(0, read(descriptor, buffer.baseAddress, buffer.count))
    }
    return [SIGTSTP, SIGCONT, SIGWINCH].filter { bytes.contains(UInt8($0)) }
  }
}
