import Connections
import Monitor

/// The alerts that the screen shows: those of the last sample, or those of a moment of the past.
struct ShownAlerts {
  /// Whether any rule could raise one.
  let hasRules: Bool
  /// Those that are kept, the oldest first.
  let entries: [AlertBoard.Entry]
  /// `nil` if they are no longer known.
  let counts: AlertBoard.Counts?
  /// How many were raised after the moment.
  var later = 0
  /// Whether the user has not looked at some, whenever they were raised.
  let isUnread: Bool
  /// Whether a connection has an alert.
  let hasAlert: (Connection.ID) -> Bool
  /// The time of the wall clock from which on they are known; `nil` since nettop started.
  var since: Timestamp?
  /// The moment of the past that they are of, by the wall clock; `nil` for the last sample.
  var moment: Timestamp?

  /// Whether a row has an alert.
  func isRaised(_ row: Row) -> Bool { !row.isGroup && hasAlert(row.id) }
}
