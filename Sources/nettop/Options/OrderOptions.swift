import ArgumentParser
import Monitor
import Screens
import StyledText

/// The order of the rows.
struct OrderOptions: ParsableArguments, SettingsChange {
  @Option(
    name: [.customShort("s", allowingJoined: true), .long],
    help: ArgumentHelp("Sort by this column, e.g. rate, rtt_us, pid.", valueName: "column"),
    completion: Completions.sortColumns
  )
  var sort: String?

  @Flag(name: .shortAndLong, help: "Reverse the order.")
  var reverse = false

  func validate() throws {
    if let sort, Column.named(sort)?.isSortable != true {
      let names = Column.sortable.map(\.name).joined(separator: ", ")
      throw ValidationError("There is no column \(SafeText.quoted(sort)). Columns are: \(names).")
    }
  }

  /// The options of these that were given.
  var given: [String] { (sort == nil ? [] : ["--sort"]) + (reverse ? ["--reverse"] : []) }

  /// Options are about the views of live connections, as `sort` of the settings is.
  func apply(to settings: inout Settings) {
    if let column = sort.flatMap(Column.named) {
      settings.sort = column.id
      settings.isReversed = reverse
      for (view, order) in settings.orders where view.isOfConnections {
        settings.hiddenOrders[view] = order
        settings.orders[view] = nil
      }
    } else if reverse {
      settings.isReversed.toggle()
      for (view, order) in settings.orders where view.isOfConnections {
        settings.orders[view] = order.reversed
      }
    }
  }
}
