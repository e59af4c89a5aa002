import Monitor

/// Something to be read, of any length, until a key says that it has been.
struct Notice: Sendable {
  let title: String
  let paragraphs: [String]
  private var place = ListCursor()

  /// The first line on the screen.
  var top: Int { place.position }

  init(title: String, _ paragraphs: [String]) {
    self.title = title
    self.paragraphs = paragraphs
  }

  mutating func move(_ command: Command, page: Int) {
    // How many lines there are is known when they are drawn.
    place.move(command, page: page, of: 1 << 16)
  }

  /// Goes no further down than to the last page.
  mutating func stay(in last: Int) {
    place.select(top, of: last + 1)
  }
}
