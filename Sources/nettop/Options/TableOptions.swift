import ArgumentParser
import Monitor
import Screens

/// What a table of connections has in its rows.
struct TableOptions: ParsableArguments, SettingsChange {
  @Option(
    name: .customLong("columns"),
    help: ArgumentHelp(
      "These columns, separated by commas, e.g. pid,process,remote_address:30,rate; or all.",
      valueName: "columns"
    ),
    completion: Completions.columns
  )
  var names: String?

  @Flag(help: "Counters as changes over the last interval, not as totals.")
  var deltas = false

  @Flag(help: "Graphs in ASCII only.")
  var ascii = false

  /// The options of these that were given and ask for something to be shown.
  var given: [String] { names == nil ? [] : ["--columns"] }

  /// The columns that were asked for; `nil` if none were.
  ///
  /// - Throws: where there is no such column, or it is asked for twice.
  func columns() throws -> [ColumnChoice]? {
    guard let names else { return nil }
    do throws(ValueRefusal) {
      return try ColumnChoice.list(names)
    } catch {
      throw ValidationError("--columns \(error.reason).")
    }
  }

  /// The JSON fields that were asked for; `nil` if none were.
  ///
  /// - Throws: where there is no such field or column.
  func fields() throws -> [Field]? {
    guard let names else { return nil }
    do throws(ValueRefusal) {
      return try Field.list(names)
    } catch {
      throw ValidationError("--columns \(error.reason).")
    }
  }

  func apply(to settings: inout Settings) {
    if let columns = try? columns() { settings.columns[.connections] = columns }
    if deltas { settings.presentation.figures = .deltas }
    if ascii { settings.presentation.graphs = .ascii }
  }
}
