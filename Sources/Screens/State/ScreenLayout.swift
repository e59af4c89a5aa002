package import Connections
import Monitor
package import Terminal

/// Where things stood on the screen when it was last drawn: what clicks, pages and name lookups
/// refer to.
package struct ScreenLayout: Sendable {
  /// The position of the cursor, `nil` for none.
  package internal(set) var cursor: Canvas.Position?
  /// The addresses on the screen.
  package internal(set) var addresses: [Address] = []
  /// How many rows fit into the table or pane, at least 1.
  var pageRows = 10
  /// The columns of the table.
  var columns = ColumnLayout(width: 80, sort: .rate)
  /// The lines of the screen that hold rows of the table.
  var tableLines = 0..<0
  /// The tabs of the views in the first line.
  var tabs: [TabBar.Tab] = []
  /// The lines of a box.
  var box = BoxView.Frame(lines: 0..<0, first: 0)
  /// The keys of the last line.
  var keys: [KeyLine.Place] = []
  /// The bar of the past.
  var timeline: TimelineBar.Frame?
  /// How many columns the bar of the past has; `nil` if it is not on the screen.
  package var timelineColumns: Int? { timeline?.columns.count }
  /// How many columns the screen has.
  private(set) var width = 80
  /// The last line of the screen, from 0.
  private(set) var lastLine = 0

  /// Forgets what only the last frame had.
  mutating func begin(width: Int, height: Int) {
    cursor = nil
    tableLines = 0..<0
    timeline = nil
    guard width > 0, height > 0 else { return }
    tabs = []
    keys = []
    self.width = width
    lastLine = height - 1
  }

  /// The column at a position across.
  func column(at x: Int) -> ColumnLayout.Item? {
    columns.items.first { ($0.x...$0.x + $0.width).contains(x) }
  }

  /// The key at a place of the last line.
  func key(_ x: Int, _ y: Int) -> KeyLine.Place? {
    y == lastLine ? keys.first { $0.columns.contains(x) } : nil
  }
}
