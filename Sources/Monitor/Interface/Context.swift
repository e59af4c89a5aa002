/// Where a key is pressed. Each has keys of its own.
package enum Context: String, Hashable, Sendable, CaseIterable {
  /// In a table of any view.
  case table
  /// In the details of a connection.
  case details
  /// In the choice of columns.
  case columns
  /// In a menu, such as that of signals.
  case menu
  /// In the help.
  case help

  /// What the help calls it.
  package var title: String {
    switch self {
    case .table: "In the table"
    case .details: "In the details of a connection"
    case .columns: "In the choice of columns"
    case .menu: "In a menu"
    case .help: "In this help"
    }
  }
}
