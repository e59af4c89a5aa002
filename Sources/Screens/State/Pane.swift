import Monitor

/// What lies over the table.
enum Pane: Sendable {
  case details(DetailsPane)
  case help(HelpPane)
  case columns(ColumnChooser)
  case menu(Menu)
  case notice(Notice)
  case alerts(AlertPane)

  /// Which keys it has.
  var context: Context {
    switch self {
    case .details: .details
    case .help: .help
    case .columns: .columns
    case .menu, .notice, .alerts: .menu
    }
  }
}
