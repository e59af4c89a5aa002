/// The meaning of a cell. The theme defines how it looks, so that views contain no colours.
///
/// The name of a case is its name in a theme file.
package enum Style: UInt8, Sendable, CaseIterable {
  /// Normal text.
  case plain
  /// Labels and important figures.
  case strong
  /// Zeros, closed connections and explanations.
  case faint
  /// Bars that divide the screen.
  case bar
  /// Emphasis in a bar.
  case barStrong
  /// The titles of columns.
  case title
  /// The title of the sort column.
  case sorted
  /// The selected row.
  case selected
  /// The selected row while it is followed.
  case followed
  /// Rows that the user tagged.
  case tagged
  /// Rows that the user's highlight matches.
  case highlighted
  /// Connections opened a moment ago.
  case new
  /// A connection that did not close cleanly.
  case failed
  /// A figure that is low, but not zero.
  case low
  /// A figure worth a look.
  case medium
  /// A figure that calls for action.
  case high
  /// Warnings and errors.
  case alarm
  /// The sign that the display is paused.
  case paused
  /// The name of a key.
  case key
  /// What a key does.
  case keyMeaning
  /// Text suggested by a prompt, which the first character typed replaces.
  case suggestion
  /// The place of an error in typed text.
  case error
  /// Graphs of what was received.
  case received
  /// Graphs of what was sent.
  case sent
  /// Graphs of round-trip times.
  case delay
  /// Graphs of retransmits.
  case retransmitted
}
