/// Pasted text on its way in.
struct Paste {
  /// In bytes; what is more is lost.
  static let limit = 64 << 10
  /// How long it may pause before its end is no longer waited for.
  static let pause = Duration.milliseconds(500)
  /// Bytes that follow each other faster are no keys: a serial line delivers pasted text one by one,
  /// and no keyboard repeats a key as fast.
  static let byteGap = Duration.milliseconds(20)
  static let begin = 200
  static let end = Array("\u{1B}[201~".utf8)

  private var bytes: [UInt8] = []
  /// Once there is too much, the last bytes are kept nevertheless: they may begin the end.
  private var tail: [UInt8] = []

  /// Takes bytes until the end of the paste.
  ///
  /// - Returns: how many belong to it, and whether that was all.
  mutating func take(_ new: ArraySlice<UInt8>) -> (count: Int, isComplete: Bool) {
    var count = 0
    for byte in new {
      count += 1
      tail.append(byte)
      if tail == Paste.end { return (count, true) }
      while !Paste.end.starts(with: tail) {
        let first = tail.removeFirst()
        if bytes.count < Paste.limit { bytes.append(first) }
      }
    }
    return (count, false)
  }

  /// One line: line ends and tabs are blanks, and other control characters are left out.
  var text: String {
    var kept = bytes[...]
    if kept.count == Paste.limit {
      // A character that the limit cuts in two.
      while let last = kept.last, last >= 0x80 {
        kept.removeLast()
        if last >= 0xC0 { break }
      }
    }
    let lines = String(decoding: kept, as: UTF8.self)
      .split { $0.isNewline }
      .map { line in
        let scalars = line.unicodeScalars
          .map { $0 == "\t" ? " " : $0 }
          .filter { $0.properties.generalCategory != .control }
        return String(String.UnicodeScalarView(scalars))
      }
    return lines.joined(separator: " ")
  }
}
