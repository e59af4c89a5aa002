import ArgumentParser

extension Nettop {
  /// Ends the program for a reason that its command line has. To the parser of the command line,
  /// requests for help and for the version are errors too.
  static func end(_ error: any Error) -> Never {
    let message = fullMessage(for: error)
    if exitCode(for: error) == .success {
      do {
        try Failure.reportedAtOnce { try printOutput(CompletionScript.completed(message)) }
      } catch {
        exit(withError: error)
      }
      exit()
    }
    let names = configuration.subcommands.compactMap { $0.configuration.commandName }
    let explained = UnexpectedWords.explained(message, subcommands: names)
    let text = explained.map { fullMessage(for: $0) } ?? UnexpectedWords.shortened(in: message)
    if !text.isEmpty {
      let arguments = (try? Launch.arguments()) ?? []
      let own = withUsageOfSubcommand(text, arguments)
      Failure.write(LongArguments.shortened(in: own, arguments) + "\n")
    }
    exit(withError: exitCode(for: explained ?? error))
  }

  /// A message with the usage of the subcommand that the arguments have, where it has that of `nettop`.
  private static func withUsageOfSubcommand(_ message: String, _ arguments: [String]) -> String {
    let summary = usageString().split(separator: "\n").first ?? ""
    guard let usage = message.ranges(of: "\nUsage: \(summary)\n").last,
      let name = try? UsedSubcommand(describedBy: _dumpHelp()).name(in: arguments),
      let command = configuration.subcommands.first(where: {
        $0.configuration.commandName == name
      })
    else { return message }
    return String(message[..<usage.lowerBound]) + """

      Usage: \(usageString(for: command))
        See '\(configuration.commandName ?? "") \(name) --help' for more information.
      """
  }

  private static func printOutput(_ text: String) throws(Failure) {
    if text.isEmpty { return }
    var output = StandardOutput()
    output.write(text + "\n")
    _ = try output.flush()
  }
}
