import ArgumentParser
import StyledText

/// A word that a shell may put in the place of the one that is typed.
struct Suggestion: Hashable {
  /// All of the word, not only what is missing.
  let word: String
  /// What it stands for, which zsh and fish show beside it; empty for nothing.
  let meaning: String
  /// Whether it is the path of a directory, which ends in a slash.
  let isDirectory: Bool

  init(_ word: String, _ meaning: String = "") {
    self.word = word
    self.meaning = meaning
    isDirectory = false
  }

  init(directory: String) {
    word = "\(directory)/"
    meaning = ""
    isDirectory = true
  }

  /// What nettop prints for each of them, in the order in which they are proposed. Words that a shell
  /// could take for more than text are left out: names of namespaces and files can come from anyone.
  static func lines(_ suggestions: [Suggestion], for shell: CompletionShell?) -> [String] {
    suggestions.filter(\.isSafe).map { $0.line(for: shell) }
  }

  /// Bash expands what it is given once more, as a word of a script: `$`, `` ` ``, quotes, braces and
  /// `~` would be more than text there, and `<(` too, so parentheses are no part of it either.
  private static let marks = Set("_.,:=@%+/-<>!&| ".unicodeScalars)

  private var isSafe: Bool {
    guard let first = word.unicodeScalars.first, first != " " else { return false }
    return word.unicodeScalars.allSatisfy { scalar in
      scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
        || Self.marks.contains(scalar)
    }
  }

  private func line(for shell: CompletionShell?) -> String {
    let meaning = SafeText.sanitized(meaning)
    switch shell {
    case .zsh:
      // What follows a colon is about the word.
      let escaped = word.replacing(":", with: "\\:")
      return meaning.isEmpty ? escaped : "\(escaped):\(meaning)"
    case .fish: return meaning.isEmpty ? word : "\(word)\t\(meaning)"
    // Bash adds the slash of a directory itself.
    default: return isDirectory ? String(word.dropLast()) : word
    }
  }
}
