/// The help: where it stands, and what is searched in it.
struct HelpPane: Sendable {
  /// Where it was asked for: those keys come first.
  let context: Context
  /// The first line on the screen.
  var top = 0
  /// Only lines with this text are shown.
  var search = ""
  /// Whether the text is being typed.
  var isSearching = false

  init(_ context: Context) {
    self.context = context
  }

  mutating func move(_ command: Command, page: Int, count: Int) {
    switch command {
    case .up: top -= 1
    case .down: top += 1
    case .pageUp: top -= page
    case .pageDown: top += page
    case .first: top = 0
    case .last: top = count
    default: break
    }
    top = max(0, min(top, count - page))
  }
}
