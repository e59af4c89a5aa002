import ArgumentParser
import FoundationEssentials

/// Finds the subcommand in a command line that the parser has refused: of an error in an option that
/// `nettop` itself has too, the parser does not say whose it is.
struct UsedSubcommand {
  /// What a command says about itself, as far as it is needed here.
  private struct Description: Decodable {
    struct Command: Decodable {
      let commandName: String
      let arguments: [Argument]?
      let subcommands: [Command]?
    }

    struct Argument: Decodable {
      struct Name: Decodable {
        let kind: String
        let name: String

        var text: String { kind == "short" ? "-\(name)" : "--\(name)" }
      }

      let kind: String
      let names: [Name]?
    }

    let command: Command
  }

  private let subcommands: Set<String>
  /// Options whose value is the next word.
  private let optionsWithValue: Set<String>

  /// - Parameter description: of a command with its subcommands, in JSON.
  init(describedBy description: String) throws {
    let command = try JSONDecoder()
      .decode(Description.self, from: Data(description.utf8)).command
    subcommands = Set((command.subcommands ?? []).map(\.commandName))
    optionsWithValue = Set(
      (command.arguments ?? []).filter { $0.kind == "option" }.flatMap { $0.names ?? [] }
        .map(\.text)
    )
  }

  /// The first word that neither is an option nor belongs to one, if that is a subcommand.
  func name(in words: [String]) -> String? {
    var mayBeValue = false
    for word in words {
      if word.hasPrefix("-"), word != "-" {
        mayBeValue = takesNext(word)
      } else if mayBeValue {
        mayBeValue = false
      } else {
        return subcommands.contains(word) ? word : nil
      }
    }
    return nil
  }

  /// Of several letters behind one dash, the last can have a value.
  private func takesNext(_ word: String) -> Bool {
    if word.hasPrefix("--") { return optionsWithValue.contains(word) }
    let letters = word.dropFirst().map { optionsWithValue.contains("-\($0)") }
    return letters.firstIndex(of: true) == letters.count - 1
  }
}
