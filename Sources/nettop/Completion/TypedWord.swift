/// The word of a command line that a shell asks about, and those before it.
struct TypedWord {
  /// The words before it, the program's name first, as they were typed.
  let before: [String]
  /// What stands there already. What follows the cursor is part of it: what the shells say about the
  /// place of the cursor is wrong for a word with an open quote.
  let text: String

  /// - Parameters:
  ///   - words: all words of the command line, with their quotes.
  ///   - index: of the word in question, in `words`.
  init(_ words: [String], _ index: Int) {
    before = Array(words.prefix(max(0, index)))
    // Fish writes a word of no letters with its quotes.
    text = words.indices.contains(index) && words[index] != "''" ? words[index] : ""
  }

  /// The subcommand among the words before it; `nil` if there is none.
  func subcommand(among names: [String]) -> String? {
    before.dropFirst().first(where: names.contains)
  }

  /// The text without a quote that is still open.
  var unquoted: String {
    text.first.map { "'\"".contains($0) } == true ? String(text.dropFirst()) : text
  }

  /// Suggestions for the last part of a list that commas separate. Each repeats the parts before it,
  /// since shells replace whole words; none of these is proposed again.
  func list(of parts: [Suggestion]) -> [Suggestion] {
    let typed = text.split(separator: ",", omittingEmptySubsequences: false).dropLast()
    let taken = Set(typed.map { $0.prefix { $0 != ":" } })
    let head = typed.map { "\($0)," }.joined()
    return parts.filter { !taken.contains($0.word[...]) }.map {
      Suggestion(head + $0.word, $0.meaning)
    }
  }
}
