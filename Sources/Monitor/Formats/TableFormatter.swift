import Connections
import StyledText

/// A sample as a table of text: the columns of the screen.
///
/// Within a limited width it looks as the screen does: columns that do not fit are left out, and
/// values that do not fit are cut. Without one, and where the chosen columns need more room than
/// there is, each column is as wide as its values and nothing is cut, except for columns whose
/// width was chosen.
package struct TableFormatter: Sendable {
  /// A column and where it stands.
  private struct Item {
    let column: Column
    let width: Int
  }

  private let choices: [ColumnChoice]?
  private let width: Int?
  private let presentation: Presentation
  private let names: Names

  /// - Parameters:
  ///   - columns: those to show; `nil` for those that the screen shows by itself: as many as fit into
  ///     the width, all of them without one.
  ///   - width: how many columns a line may have; `nil` without a limit.
  package init(
    columns: [ColumnChoice]? = nil,
    width: Int? = nil,
    presentation: Presentation = Presentation(),
    names: Names = Names()
  ) {
    choices = columns
    self.width = width
    self.presentation = presentation
    self.names = names
  }

  /// Writes the rows of a model, in its order, under a line with the time and one of titles.
  package func write(_ model: Model, to output: inout some TextOutputStream) {
    let time = TimestampText.rfc3339(model.table.wall(model.table.time))
    output.write("# \(time) sample \(model.samples), connections: \(model.count)\n")
    let context = CellContext(model.table, presentation, names)
    let items = fitted(sort: model.view.sort.column) ?? natural(model, context)
    output.write(line(items) { $0.column.title })
    for position in 0..<model.count {
      guard let row = model.row(at: position) else { break }
      output.write(line(items) { $0.column.cell(row, context).text(columns: $0.width) })
    }
  }

  /// The columns as the screen has them; `nil` if nothing limits them.
  private func fitted(sort: Column.ID) -> [Item]? {
    guard let width else { return nil }
    guard let choices else {
      return items(of: ColumnLayout(width: width, sort: sort))
    }
    let layout = ColumnLayout(
      width: width,
      choices: choices,
      sort: sort,
      of: .connections,
      skipping: 0
    )
    return layout.overflows ? nil : items(of: layout)
  }

  private func items(of layout: ColumnLayout) -> [Item] {
    layout.items.map { Item(column: Column.with($0.id), width: $0.width) }
  }

  /// The columns as wide as their values.
  private func natural(_ model: Model, _ context: CellContext) -> [Item] {
    let choices =
      choices ?? ColumnChoice.automatic(of: model.view.kind, sort: model.view.sort.column)
    let columns = choices.map { Column.with($0.id) }
    var widths = columns.map { SafeText.columns(of: $0.title) }
    let open = choices.indices.filter { choices[$0].width == nil }
    for position in 0..<model.count {
      guard let row = model.row(at: position) else { break }
      for index in open {
        let text = columns[index].cell(row, context).text()
        widths[index] = max(widths[index], SafeText.columns(of: text))
      }
    }
    return choices.indices.map { index in
      Item(column: columns[index], width: choices[index].width ?? widths[index])
    }
  }

  /// One line, without blanks at its end.
  private func line(_ items: [Item], _ text: (Item) -> String) -> String {
    var line = ""
    var blanks = 0
    for item in items {
      let text = SafeText.cut(text(item), toColumns: item.width)
      let gap = max(0, item.width - SafeText.columns(of: text))
      let isRight = item.column.alignment == .right
      if !text.isEmpty {
        line += String(repeating: " ", count: blanks + (isRight ? gap : 0)) + text
        blanks = 1 + (isRight ? 0 : gap)
      } else {
        blanks += 1 + gap
      }
    }
    return line + "\n"
  }
}
