/// How a cell looks. Without colours it is the terminal's own foreground on its own background,
/// readable on dark and light terminals.
package struct Look: Hashable, Sendable {
  /// What a cell has besides its colours; a terminal may lack some of it.
  package struct Attributes: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
      self.rawValue = rawValue
    }

    package static let bold = Attributes(rawValue: 1)
    package static let dim = Attributes(rawValue: 2)
    package static let reverse = Attributes(rawValue: 4)
    package static let underline = Attributes(rawValue: 8)
    package static let italic = Attributes(rawValue: 16)
  }

  /// The colour of the text; nil is the terminal's own.
  package var foreground: Color?
  /// The colour behind the text; nil is the terminal's own. A terminal without
  /// colours shows reverse instead.
  package var background: Color?
  package var attributes: Attributes

  package init(
    _ foreground: Color? = nil,
    on background: Color? = nil,
    _ attributes: Attributes = []
  ) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
  }
}
