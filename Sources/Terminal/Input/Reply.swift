/// A terminal's answer about itself, which is for the screen alone.
enum Reply: Hashable, Sendable {
  /// Whether it can put off showing a frame until the frame is complete.
  case synchronizedOutput(Bool)
  /// The answer that every terminal gives: those to earlier questions have come, if any.
  case attributes

  /// The queries for the colour behind the text, for synchronised output, and for the attributes
  /// last, in the order that the answers come in.
  static let questions = Array("\u{1B}]11;?\u{1B}\\\u{1B}[?2026$p\u{1B}[c".utf8)
}
