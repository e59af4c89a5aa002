extension Style {
  private static let byName = Dictionary(
    uniqueKeysWithValues: Style.allCases.map { ("\($0)", $0) }
  )

  /// The style of a name, as a theme file has it; `nil` if there is none.
  package init?(name: String) {
    guard let style = Self.byName[name] else { return nil }
    self = style
  }
}
