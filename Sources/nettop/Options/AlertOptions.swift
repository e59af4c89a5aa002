import ArgumentParser
import Monitor
import Resolver

/// When alerts are raised.
struct AlertOptions: ParsableArguments {
  @Option(
    name: .customLong("alert"),
    help: ArgumentHelp(
      """
      Raise an alert for what matches, e.g. 'rtt>200ms for 10s holdoff 5m' (screen, log, record, \
      replay). Repeatable.
      """,
      valueName: "expr"
    ),
    completion: Completions.filter
  )
  var texts: [String] = []

  func validate() throws { _ = try rules }

  /// The options of these that were given.
  var given: [String] { texts.isEmpty ? [] : ["--alert"] }

  /// What the options ask for, in their order.
  var rules: [AlertRule] {
    get throws {
      try texts.map { text in
        do throws(FilterError) {
          return try ServicePorts.with(SystemLookup.port(ofService:)) { () throws(FilterError) in
            try AlertRule(parsing: text)
          }
        } catch {
          let lines = ["Invalid alert:"] + error.lines(for: text)
          throw ValidationError(lines.joined(separator: "\n"))
        }
      }
    }
  }
}
