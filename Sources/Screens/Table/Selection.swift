import Connections
import Monitor

/// Which row is selected, and which part of the table is on the screen.
///
/// The selection stays on its connection, on the same line of the screen as far as possible.
/// Without one, the screen stays at its place and rows come and go.
struct Selection: Hashable, Sendable {
  private(set) var id: Connection.ID?
  /// The position of the selected row in the order.
  private(set) var position = 0
  /// The position of the first row on the screen.
  private(set) var top = 0

  /// Goes to where the connection has gone, or stays at its position if it has left.
  mutating func follow(_ model: Model) {
    guard let id else { return }
    if let new = model.position(of: id) {
      top = max(0, top + new - position)
      position = new
    } else {
      select(position, of: model)
    }
  }

  /// Moves by this many rows.
  mutating func move(by rows: Int, in model: Model) {
    select(id == nil ? top + (rows > 0 ? rows - 1 : rows) : position + rows, of: model)
  }

  /// Moves the screen by this many rows.
  mutating func scroll(by rows: Int, in model: Model) {
    top = max(0, min(top + rows, model.count - 1))
  }

  mutating func select(_ new: Int, of model: Model) {
    position = min(max(0, new), max(0, model.count - 1))
    id = model.row(at: position)?.id
  }

  /// Goes to the first row; where nothing is selected, only the screen does.
  mutating func goToTop(of model: Model) {
    if id != nil { select(0, of: model) }
    top = 0
  }

  /// Selects nothing, and goes back to the first row.
  mutating func clear() {
    self = Selection()
  }

  /// Brings the selected row onto a screen of this many rows.
  mutating func scroll(_ rows: Int, count: Int) {
    if id != nil { top = min(max(top, position - rows + 1), position) }
    top = max(0, min(top, count - rows))
  }
}
