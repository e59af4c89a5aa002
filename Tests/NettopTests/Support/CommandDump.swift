import Foundation
import Testing

/// A command as the program describes it to other programs (`--experimental-dump-help`).
struct CommandDump: Decodable {
  struct Argument: Decodable {
    struct Name: Decodable {
      let kind: String
      let name: String
    }

    let shouldDisplay: Bool
    let names: [Name]?
  }

  private struct Tool: Decodable {
    let command: CommandDump
  }

  let commandName: String
  let shouldDisplay: Bool
  let arguments: [Argument]?
  let subcommands: [CommandDump]?

  /// `nettop` itself.
  static func ofProgram() async throws -> CommandDump {
    let text = try await Nettop.output(["--experimental-dump-help"])
    return try JSONDecoder().decode(Tool.self, from: Data(text.utf8)).command
  }

  /// The subcommands that the project has: `help` comes with the parser.
  var listed: [CommandDump] {
    (subcommands ?? []).filter { $0.shouldDisplay && $0.commandName != "help" }
  }

  /// The names of its options, with their dashes.
  var options: [String] {
    (arguments ?? []).filter(\.shouldDisplay).flatMap { $0.names ?? [] }.map { name in
      name.kind == "long" ? "--\(name.name)" : "-\(name.name)"
    }
  }
}
