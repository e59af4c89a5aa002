import ArgumentParser

/// How it is printed.
struct FormatOptions: ParsableArguments {
  /// One type for all commands: options before a command's name are its own too.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case table, text, json
  }

  @Option(
    help: """
      How to print: table (list), text (log, doctor), or json, one object a line. The first is the \
      default.
      """,
    completion: Format.completions
  )
  var format: Format?

  /// The format that was asked for; `nil` if none was.
  ///
  /// - Throws: where it is none of them.
  func format(among formats: [Format]) throws -> Format? {
    guard let format else { return nil }
    if formats.contains(format) { return format }
    let names = formats.map(\.rawValue).joined(separator: " or ")
    throw ValidationError("Here, --format takes \(names).")
  }
}
