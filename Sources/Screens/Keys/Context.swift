import Monitor

/// Where a key is pressed. Each has keys of its own.
package enum Context: String, Hashable, Sendable, CaseIterable {
  /// In a table of any view.
  case table
  /// In the details of a connection.
  case details
  /// In the table or the details while they show the past, or a recording: its keys come before those
  /// of the place.
  case past
  /// In the column chooser.
  case columns
  /// In a menu, such as that of signals.
  case menu
  /// In the help.
  case help

  /// The place, in a sentence.
  package var place: String {
    switch self {
    case .table: "in the table"
    case .details: "in the details of a connection"
    case .past: "in the past"
    case .columns: "in the column chooser"
    case .menu: "in a menu"
    case .help: "in this help"
    }
  }

  /// What the help calls it.
  package var title: String { place.prefix(1).uppercased() + place.dropFirst() }
}
