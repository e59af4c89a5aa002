/// Looks as a theme file writes them: `red`, `#rrggbb on #rrggbb bold`, `reverse`.
extension Look {
  /// Why a text is no look, for people.
  package struct TextError: Error, Hashable, CustomStringConvertible {
    package let description: String
  }

  private static let attributes: [(name: String, value: Attributes)] = [
    ("bold", .bold), ("dim", .dim), ("reverse", .reverse), ("underline", .underline),
    ("italic", .italic),
  ]

  /// Reads what `text` writes: a colour, `on` and the colour behind, and attributes, in any order
  /// and each at most once. An empty text is the terminal's own look.
  package init(text: String) throws(TextError) {
    self.init()
    var words = text.split { $0 == " " || $0 == "\t" }[...]
    while let word = words.popFirst().map(String.init) {
      if let attribute = Look.attributes.first(where: { $0.name == word.lowercased() }) {
        attributes.insert(attribute.value)
      } else if word.lowercased() == "on" {
        guard let next = words.popFirst() else {
          throw TextError(description: "a colour must follow 'on'")
        }
        guard background == nil else { throw TextError(description: "'on' appears twice") }
        background = try Look.color(String(next))
      } else {
        let color = try Look.color(word)
        guard foreground == nil else {
          throw TextError(description: "there are two colours; 'on' precedes the background colour")
        }
        foreground = color
      }
    }
  }

  /// As `init(text:)` reads it.
  package var text: String {
    let colors = [foreground?.description, background.map { "on \($0)" }].compactMap { $0 }
    let names = Look.attributes.filter { attributes.contains($0.value) }.map(\.name)
    return (colors + names).joined(separator: " ")
  }

  private static func color(_ word: String) throws(TextError) -> Color {
    do {
      return try Color(word)
    } catch {
      let names = attributes.map(\.name).joined(separator: ", ")
      throw TextError(description: "\(error) Attributes are \(names).")
    }
  }
}
