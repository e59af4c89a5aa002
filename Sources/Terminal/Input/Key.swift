/// A key as the user pressed it.
package enum Key: Hashable, Sendable {
  /// A printable character.
  case character(Character)
  /// A letter with Ctrl, in lower case: `control("l")` is Ctrl-L. Never h, i, j or m: with Ctrl,
  /// terminals send Backspace, Tab and Enter for these.
  case control(Character)
  case enter
  case escape
  case tab
  /// Shift-Tab.
  case backTab
  case backspace
  case insert
  case delete
  case up
  case down
  case left
  case right
  case pageUp
  case pageDown
  case home
  case end
  /// F1 to F12.
  case function(Int)
}
