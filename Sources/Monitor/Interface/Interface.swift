package import Tracer

/// The screen of nettop: what it shows, and what keys do to it.
///
/// Pure: it has no clock and does nothing outside of itself.
package struct Interface: Sendable {
  /// The name of the host, shown in the first line.
  let host: String
  /// How many seconds local time is ahead of UTC.
  package var utcOffset: Int

  /// What batches are applied to.
  private var live: Model
  /// What is shown while the picture is held still.
  private var frozen: Model?
  var selection = Selection()
  var prompt: Prompt?
  /// The filters that were accepted.
  var promptHistory = PromptHistory()
  /// The first line of the help on the screen; `nil` where it is not open.
  var helpTop: Int?
  /// What the last key met with, for people.
  var message: String?
  /// How many rows of the table the screen had last.
  var pageRows = 10
  /// The columns that the screen had last.
  var columns: [Column.ID] = ColumnLayout(width: 80, sort: .rate).items.map(\.id)

  /// Where the cursor belongs, `nil` for nowhere: set by `draw`.
  package var cursor: Position?

  /// A cell of the screen, counted from 0.
  package struct Position: Hashable, Sendable {
    package let x: Int
    package let y: Int
  }

  package init(
    host: String,
    utcOffset: Int = 0,
    sort: SortOrder = SortOrder(.rate),
    filter: Filter = Filter()
  ) {
    self.host = host
    self.utcOffset = utcOffset
    live = Model(sort: sort, filter: filter)
  }

  /// The model on the screen.
  package var model: Model { frozen ?? live }

  /// Whether the picture is held still.
  package var isPaused: Bool { frozen != nil }

  package mutating func apply(_ batch: Batch) {
    live.apply(batch)
    if frozen == nil { selection.follow(live) }
  }

  /// Changes the order or the filter of what is shown.
  mutating func update(_ body: (inout Model) -> Void) {
    if frozen == nil {
      body(&live)
      selection.follow(live)
    } else if var shown = frozen.take() {
      body(&shown)
      selection.follow(shown)
      frozen = shown
    }
  }

  mutating func togglePause() {
    guard let shown = frozen.take() else {
      frozen = live
      return
    }
    live.sort = shown.sort
    live.filter = shown.filter
    selection.follow(live)
  }
}
