/// What comes from the terminal.
package enum Input: Hashable, Sendable {
  case key(Key)
  /// The screen has another size, or has been away: draw it anew.
  case resized
  /// The terminal is gone; nothing follows.
  case endOfInput
}
