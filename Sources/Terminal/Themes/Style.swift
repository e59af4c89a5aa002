/// What a cell is meant as. How that looks is for the theme to say, so that views hold no colours.
///
/// The name of a case is its name in a theme file.
package enum Style: UInt8, Sendable, CaseIterable {
  /// As the terminal shows text by itself.
  case plain
  /// Labels and figures that lead the eye.
  case strong
  /// Figures that say that there is nothing, and what has ended.
  case faint
  /// Bars that part the screen.
  case bar
  /// What stands out in a bar.
  case barStrong
  /// The titles of columns.
  case title
  /// The title of the column that the order goes by.
  case sorted
  /// The selected row.
  case selected
  /// The selected row while it is followed.
  case followed
  /// Rows that the user tagged.
  case tagged
  /// Rows that the user's highlight matches.
  case highlighted
  /// What came up a moment ago.
  case new
  /// A connection's end that was not orderly.
  case failed
  /// A figure that is low, but not nothing.
  case low
  /// A figure worth a look.
  case medium
  /// A figure that calls for action.
  case high
  /// What must not be overlooked.
  case alarm
  /// That the picture is held still.
  case paused
  /// The name of a key.
  case key
  /// What a key does.
  case keyMeaning
  /// Text that a prompt proposes, and the first character typed replaces.
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
