import StyledText

/// Arguments that are too long for a message to repeat.
enum LongArguments {
  /// A message of the parser of the command line, which quotes arguments and their parts as they are.
  static func shortened(in message: String, _ arguments: [String]) -> String {
    var message = message
    for argument in arguments where argument.utf8.count > limit {
      for part in parts(of: argument) where part.utf8.count > limit {
        message = message.replacing(part, with: SafeText.excerpt(of: part))
      }
    }
    return message
  }

  /// In bytes: below, none is longer than its excerpt.
  private static let limit = 80

  /// All of it, the option and its value, and the value behind an option of one letter.
  private static func parts(of argument: String) -> [String] {
    let sides = argument.split(separator: "=", maxSplits: 1).map(String.init)
    return [argument] + sides + [String(argument.dropFirst(2))]
  }
}
