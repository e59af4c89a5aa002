/// What the user did with the mouse, and where.
package struct Mouse: Hashable, Sendable {
  package enum Button: Hashable, Sendable {
    case left
    case middle
    case right
  }

  package enum Action: Hashable, Sendable {
    case press(Button)
    /// A press on the cell of the press before, within 400 ms; it comes instead of `press`.
    case doubleClick(Button)
    /// Nil if the terminal does not report which button.
    case release(Button?)
    case wheelUp
    case wheelDown
    case wheelLeft
    case wheelRight
  }

  package var action: Action
  /// The column, from 0.
  package var x: Int
  /// The row, from 0.
  package var y: Int

  package init(_ action: Action, x: Int, y: Int) {
    self.action = action
    self.x = x
    self.y = y
  }
}

extension Mouse {
  /// As terminals send it.
  ///
  /// - Parameters:
  ///   - code: the button, with bits for modifiers, which do not count.
  ///   - column: from 1, as `row`.
  /// - Returns: nil for a movement, a further button or a place that there is not.
  init?(code: Int, column: Int, row: Int, isRelease: Bool) {
    let isMovement = code & 32 != 0
    guard !isMovement, column > 0, row > 0 else { return nil }
    let modifiers = 4 | 8 | 16
    guard let action = Mouse.action(code & ~modifiers, isRelease) else { return nil }
    self.init(action, x: column - 1, y: row - 1)
  }

  private static func action(_ code: Int, _ isRelease: Bool) -> Action? {
    if let button = buttons[code] { return isRelease ? .release(button) : .press(button) }
    if code == 3 { return .release(nil) }
    return isRelease ? nil : wheel[code]
  }

  private static let buttons: [Int: Button] = [0: .left, 1: .middle, 2: .right]
  private static let wheel: [Int: Action] = [
    64: .wheelUp, 65: .wheelDown, 66: .wheelLeft, 67: .wheelRight,
  ]
}
