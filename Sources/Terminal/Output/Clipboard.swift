/// The sequence by which a terminal takes text to the user's clipboard, OSC 52.
enum Clipboard {
  /// In bytes of UTF-8; terminals drop what is much longer.
  static let limit = 100_000

  static func sequence(for text: String) -> [UInt8] {
    Array("\u{1B}]52;c;".utf8) + base64(text.utf8) + Array("\u{1B}\\".utf8)
  }

  // Foundation has this, but it would be the only use of it, and is many times nettop's own size.
  private static func base64(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    let bytes = Array(bytes)
    return stride(from: 0, to: bytes.count, by: 3).flatMap { start in
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      return (0..<4).map { digit in
        digit > group.count ? UInt8(ascii: "=") : digits[bits >> (18 - 6 * digit) & 0x3F]
      }
    }
  }
}
