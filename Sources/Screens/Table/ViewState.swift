import Connections
import Monitor

/// What each view has of its own.
struct ViewState: Sendable {
  var view: View
  var selection = Selection()
  /// The columns that the user has chosen, in their order; `nil` for those that fit.
  var columns: [ColumnChoice]?
  /// How many of the chosen columns are scrolled out to the left.
  var skipped = 0

  init(_ view: View, columns: [ColumnChoice]? = nil) {
    self.view = view
    self.columns = columns
  }
}
