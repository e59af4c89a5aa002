internal import CLibbpf
import Glibc
import Synchronization

/// What libbpf has to say, kept for error messages: nothing of it reaches the terminal.
enum LibbpfLog {
  private static let lines = Mutex<[String]>([])

  /// Makes libbpf write here. Idempotent.
  static func capture() {
    _ = libbpf_set_print { level, format, arguments in
      guard level == LIBBPF_WARN, let format, let arguments else { return 0 }
      var buffer = [CChar](repeating: 0, count: 1024)
      vsnprintf(&buffer, buffer.count, format, arguments)
      let text = buffer.withUnsafeBufferPointer { bytes in
        String(
          decoding: bytes.prefix { $0 != 0 }.map(UInt8.init(truncatingIfNeeded:)),
          as: UTF8.self
        )
      }
      // A verifier log ends with the reason; what comes before fills screens.
      let last = text.split(separator: "\n").last.map(String.init) ?? text
      LibbpfLog.lines.withLock { $0 = $0.suffix(7) + [last] }
      return 0
    }
  }

  /// What was said since the last call.
  static func take() -> [String] {
    lines.withLock { kept in
      defer { kept = [] }
      return kept
    }
  }
}
