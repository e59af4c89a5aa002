/// Finds the double clicks among presses.
struct DoubleClicks {
  /// Two presses that are further apart are two clicks.
  static let interval = Duration.milliseconds(400)

  private var last: (press: Mouse, time: Duration)?

  /// - Parameter time: since any fixed moment, never less than the time before.
  /// - Returns: the same, or a double click in place of the second press.
  mutating func seen(_ mouse: Mouse, at time: Duration) -> Mouse {
    guard case .press(let button) = mouse.action else {
      if case .release = mouse.action { return mouse }
      last = nil
      return mouse
    }
    guard let last, last.press == mouse, time - last.time <= DoubleClicks.interval else {
      last = (mouse, time)
      return mouse
    }
    // A third press starts over.
    self.last = nil
    return Mouse(.doubleClick(button), x: mouse.x, y: mouse.y)
  }
}
