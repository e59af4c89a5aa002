import CNcurses

/// A byte sequence that the current terminal's description holds.
struct TerminfoString {
  let bytes: [UInt8]

  /// Nil where the terminal has no such capability.
  init?(_ name: String) {
    // A wrong name gives (char *)-1.
    guard let text = tigetstr(name), Int(bitPattern: text) != -1 else { return nil }
    let sequence = [UInt8](String(cString: text).utf8)
    bytes = TerminfoString.withoutDelays(sequence)
    if bytes.isEmpty { return nil }
  }

  /// What leaves the current terminal as a program found it.
  static var reset: [UInt8] {
    let names = ["sgr0", "op", "rmcup", "cnorm", "rmkx"]
    let sequence = names.flatMap { TerminfoString($0)?.bytes ?? [] }
    // Without another screen to go back to, what follows begins on a line of its own.
    return TerminfoString("rmcup") == nil ? sequence + Array("\r\n".utf8) : sequence
  }

  /// Descriptions mark where to wait, as in `$<5/>`; only terminals of metal need that.
  private static func withoutDelays(_ sequence: [UInt8]) -> [UInt8] {
    var rest = sequence[...]
    var bytes: [UInt8] = []
    while let byte = rest.first {
      if rest.starts(with: "$<".utf8), let end = rest.firstIndex(of: UInt8(ascii: ">")) {
        rest = rest[(end + 1)...]
      } else {
        bytes.append(byte)
        rest = rest.dropFirst()
      }
    }
    return bytes
  }
}
