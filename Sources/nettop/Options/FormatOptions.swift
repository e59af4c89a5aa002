import ArgumentParser

/// How it is printed.
struct FormatOptions: ParsableArguments {
  /// One type for all commands: options before a command's name are its own too.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case table, text, json, csv, logfmt, nettracer
  }

  @Option(
    help: """
      How to print: table (list), text (log, doctor), json, one object a line, csv or logfmt (list, \
      log), or nettracer, as NetTracer does (list: its table, log: its log). The first is the default.
      """,
    completion: Format.completions
  )
  var format: Format?

  /// The options of these that were given.
  var given: [String] { format == nil ? [] : ["--format"] }

  /// The format that was asked for; `nil` if none was.
  ///
  /// - Throws: where it is none of them.
  func format(among formats: [Format]) throws -> Format? {
    guard let format else { return nil }
    if formats.contains(format) { return format }
    let others = formats.dropLast().map(\.rawValue).joined(separator: ", ")
    let names = [others, formats.last?.rawValue ?? ""].joined(separator: " or ")
    throw ValidationError("Here, --format takes \(names).")
  }
}
