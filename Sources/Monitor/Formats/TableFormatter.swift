import Terminal
import Tracer

/// A sample as a table of text: the columns of the screen, as wide as their values.
package struct TableFormatter: Sendable {
  private let columns: [Column]
  private let presentation: Presentation
  private let names: Names

  /// A formatter of these columns, all of the screen where none are named.
  package init(
    columns: [Column.ID] = Column.sortable.map(\.id),
    presentation: Presentation = Presentation(),
    names: Names = Names()
  ) {
    self.columns = columns.map(Column.with)
    self.presentation = presentation
    self.names = names
  }

  /// Writes the rows of a model, in its order, under a line with the time and one of titles.
  package func write(_ model: Model, to output: inout some TextOutputStream) {
    let time = Moment.rfc3339(model.table.time)
    output.write("# \(time) sample \(model.table.samples), connections: \(model.count)\n")
    let context = CellContext(model.table, presentation, names)
    let widths = widths(model, context)
    output.write(line(columns.map(\.title), widths))
    for position in 0..<model.count {
      guard let row = model.row(at: position) else { break }
      output.write(line(columns.map { text(row, $0, context) }, widths))
    }
  }

  private func text(_ row: Row, _ column: Column, _ context: CellContext) -> String {
    Canvas.sanitized(column.cell(row, context).text())
  }

  private func widths(_ model: Model, _ context: CellContext) -> [Int] {
    var widths = columns.map { Canvas.columns(of: $0.title) }
    for position in 0..<model.count {
      guard let row = model.row(at: position) else { break }
      for (index, column) in columns.enumerated() {
        widths[index] = max(widths[index], Canvas.columns(of: text(row, column, context)))
      }
    }
    return widths
  }

  /// One line, without blanks at its end.
  private func line(_ texts: [String], _ widths: [Int]) -> String {
    var line = ""
    var blanks = 0
    for (index, text) in texts.enumerated() {
      let gap = max(0, widths[index] - Canvas.columns(of: text))
      let isRight = columns[index].alignment == .right
      line += String(repeating: " ", count: blanks + (isRight ? gap : 0)) + text
      blanks = 1 + (isRight ? 0 : gap)
    }
    return line + "\n"
  }
}
