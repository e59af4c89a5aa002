import ArgumentParser
import Monitor
import StyledText
import Terminal

/// Words on the command line that are neither options nor a subcommand: most often somebody wants to
/// see what belongs to them.
enum UnexpectedWords {
  /// - Parameters:
  ///   - message: what the parser of the command line said, with the usage.
  ///   - subcommands: those that there are.
  /// - Returns: what to do instead; `nil` if something else is wrong.
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
