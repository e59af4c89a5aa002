/// Words of a command, quoted for a shell.
package enum ShellWord {
  private static let plain = Set(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=,@%+"
  )

  /// The word in quotes, where it needs some.
  package static func quoted(_ word: String) -> String {
    if !word.isEmpty, word.allSatisfy(plain.contains) { return word }
    return "'\(word.replacing("'", with: "'\\''"))'"
  }
}
