import Monitor

/// The help: its position, and its search.
struct HelpPane: Sendable {
  /// Where it was opened: the keys of that place come first.
  let context: Context
  private var place = ListCursor()
  var search = TextSearch()

  /// The first line on the screen.
  var top: Int { place.position }

  init(_ context: Context) {
    self.context = context
  }

  mutating func goToTop() {
    place = ListCursor()
  }

  mutating func move(_ command: Command, page: Int, count: Int) {
    place.move(command, page: page, of: count - page + 1)
  }
}
