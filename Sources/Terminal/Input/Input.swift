/// Input from the terminal.
package enum Input: Hashable, Sendable {
  case key(Key)
  case mouse(Mouse)
  /// Text that was pasted, as one line and without control characters, of 64 kB at most. It is for
  /// a prompt, and nothing in it is to be obeyed as keys.
  case pasted(String)
  /// The terminal has reported its background colour.
  case background(Background)
  /// The screen has another size, or was left and resumed: redraw it.
  case resized
  /// The terminal is gone; nothing follows.
  case endOfInput
}
