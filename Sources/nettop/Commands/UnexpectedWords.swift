import ArgumentParser
import Monitor
import StyledText
import Terminal

/// Words on the command line that are neither options nor a subcommand: most often somebody wants to
/// see what belongs to them.
enum UnexpectedWords {
  /// How many of them a message lists.
  private static let limit = 5

  /// A message of the parser of the command line, which lists all of them, with the first few only.
  static func shortened(in message: String) -> String {
    let expression = /(\d+) unexpected arguments: '(.*)'(?=\nUsage: nettop )/
    guard let match = message.firstMatch(of: expression.dotMatchesNewlines()),
      let count = Int(match.1)
    else { return message }
    let words = String(match.2).split(separator: "', '", maxSplits: limit).prefix(limit)
    let list = words.map { SafeText.quoted(String($0)) }.joined(separator: ", ")
    let others = count > limit ? ", and \(count - limit) more" : ""
    var shortened = message
    shortened.replaceSubrange(match.range, with: "\(count) unexpected arguments: \(list)\(others)")
    return shortened
  }

  /// What to do instead.
  ///
  /// - Parameters:
  ///   - message: what the parser of the command line said, with the usage.
  ///   - subcommands: those that there are.
  /// - Returns: a message that says so; `nil` if something else is wrong.
  static func explained(_ message: String, subcommands: [String]) -> ValidationError? {
    let expression = /(?:Unexpected argument|\d+ unexpected arguments:) '(.*)'\nUsage: nettop (\S+)/
    guard let match = message.firstMatch(of: expression.dotMatchesNewlines()) else { return nil }
    let words = String(match.1).split(separator: "', '").map { SafeText.excerpt(of: String($0)) }
    guard let first = words.first else { return nil }
    let subcommand = subcommands.contains(String(match.2)) ? String(match.2) : nil
    // It has no filter.
    if subcommand == "doctor" { return nil }
    let command = (["nettop"] + (subcommand.map { [$0] } ?? [])).joined(separator: " ")
    let filter = ShellWord.quoted(SafeText.excerpt(of: words.joined(separator: " ")))
    let advice = "To show only what matches: \(command) -f \(filter)"
    if subcommand != nil { return ValidationError("Unexpected argument '\(first)'. \(advice)") }
    let nearest = Spelling.nearest(to: first, in: subcommands)
    let guess = nearest.map { " Did you mean 'nettop \($0)'?" } ?? ""
    return ValidationError("nettop has no subcommand '\(first)'.\(guess) \(advice)")
  }
}
