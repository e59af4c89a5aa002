import Monitor

extension Command {
  /// The name in settings: `page-up`, `sort-by-rtt`.
  package var name: String {
    var name = ""
    var isInWord = false
    for character in "\(self)" {
      if character.isUppercase, isInWord { name += "-" }
      isInWord = !character.isUppercase
      name += character.lowercased()
    }
    return name
  }

  private static let byName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.name, $0) })

  /// The command with a name.
  package init?(name: String) {
    guard let command = Self.byName[name] else { return nil }
    self = command
  }
}
