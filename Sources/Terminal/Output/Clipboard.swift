import FoundationEssentials

/// The sequence by which a terminal takes text to the user's clipboard, OSC 52.
enum Clipboard {
  /// In bytes of UTF-8; terminals drop what is much longer.
  static let limit = 100_000

  static func sequence(for text: String) -> [UInt8] {
    Array("\u{1B}]52;c;\(Data(text.utf8).base64EncodedString())\u{1B}\\".utf8)
  }
}
