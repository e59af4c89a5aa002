package import Monitor
package import StyledText
package import Terminal

/// What a user can choose for every start. The defaults are those of a host without a
/// settings file.
package struct Settings: Hashable, Sendable {
  /// Rows that stand out.
  package struct Highlight: Hashable, Sendable {
    /// Which rows.
    package let filter: Filter
    /// The style of these rows.
    package let style: Style

    package init(_ filter: Filter, _ style: Style) {
      self.filter = filter
      self.style = style
    }
  }

  /// The column that views of live connections are sorted by, unless they have an order of their
  /// own.
  package var sort = Column.ID.rate
  /// Whether that order is reversed.
  package var isReversed = false
  /// The orders of the views for which they were chosen.
  package var orders: [ViewKind: SortOrder] = [:]
  /// The orders of views that an option has precedence over. They have no effect, and stay in the
  /// settings file.
  package var hiddenOrders: [ViewKind: SortOrder] = [:]
  package var view = ViewKind.connections
  /// Seconds between samples, 0.1 to 3600.
  package var delay = 1.0
  /// `auto`, the name of a theme, or the path of a theme file.
  package var theme = "auto"
  package var presentation = Presentation()
  package var usesMouse = true
  /// The half-life, in seconds, of a rate in the average that the order uses, 0 to 3600; 0 is the
  /// last interval alone.
  package var average = 3.0
  /// The columns of the views for which they were chosen.
  package var columns: [ViewKind: [ColumnChoice]] = [:]
  /// The keys of the commands for which they were chosen.
  package var keys: [Command: [Key]] = [:]
  package var highlights: [Highlight] = []
  /// When alerts are raised, on the screen and in a log.
  package var alerts: [AlertRule] = []
  /// Whether the terminal's bell rings when alerts are raised.
  package var ringsBell = true
  /// Whether nettop changes nothing on the host, whatever key is pressed.
  package var isReadOnly = false

  package init() {}

  /// The order of `sort` and `isReversed`.
  package var order: SortOrder {
    get {
      let order = SortOrder(sort)
      return isReversed ? order.reversed : order
    }
    set {
      sort = newValue.column
      isReversed = newValue != SortOrder(newValue.column)
    }
  }

  /// The order of a view: its own, or else that of all views of live connections.
  package func order(of view: ViewKind) -> SortOrder {
    orders[view] ?? (view.isOfConnections ? order : view.firstSort)
  }

  /// The themes that have a name.
  package static let themeNames = [Theme.automaticName] + Theme.names

  /// Whether a text can name a theme: one of the names, or the path of a theme file.
  package static func isTheme(_ text: String) -> Bool {
    themeNames.contains(text) || text.hasSuffix(".toml")
  }

  /// Limits of `delay`.
  package static let delays = 0.1...3600.0
}
