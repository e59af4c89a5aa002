import ArgumentParser

extension Nettop {
  /// Ends the program for a reason that its command line has. To the parser of the command line,
  /// requests for help and for the version are errors too.
  static func end(_ error: any Error) -> Never {
    let message = fullMessage(for: error)
    if exitCode(for: error) == .success {
      do {
        try Failure.reportedAtOnce { try printOutput(message) }
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
      Failure.write(LongArguments.shortened(in: text, arguments) + "\n")
    }
    exit(withError: exitCode(for: explained ?? error))
  }

  private static func printOutput(_ text: String) throws(Failure) {
    if text.isEmpty { return }
    var output = StandardOutput()
    output.write(text + "\n")
    _ = try output.flush()
  }
}
