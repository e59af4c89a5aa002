/// Which columns a screen shows, and how wide.
package struct ColumnLayout: Hashable, Sendable {
  package struct Item: Hashable, Sendable {
    package let id: Column.ID
    package let x: Int
    package let width: Int
  }

  package let items: [Item]

  /// Lays out a screen of so many columns, one blank between two.
  package init(width: Int, sort: Column.ID) {
    let chosen = Self.chosen(width: width, sort: sort)
    var widths = chosen.map(\.width.minimum)
    var room = width - widths.reduce(0, +) - max(0, chosen.count - 1)

    let byImportance = chosen.indices.sorted {
      (chosen[$0].appearsAt, $0) < (chosen[$1].appearsAt, $1)
    }
    for index in byImportance where room > 0 {
      let more = min(room, chosen[index].width.ideal - widths[index])
      widths[index] += more
      room -= more
    }
    while room > 0 {
      let growing = chosen.indices.filter { widths[$0] < chosen[$0].width.maximum }
      guard !growing.isEmpty else { break }
      for index in growing.prefix(room) {
        widths[index] += 1
        room -= 1
      }
    }

    var x = 0
    var items: [Item] = []
    for (column, columnWidth) in zip(chosen, widths) {
      // The last column left on a narrow screen has what there is.
      items.append(Item(id: column.id, x: x, width: min(columnWidth, max(0, width - x))))
      x += columnWidth + 1
    }
    self.items = items
  }

  /// The columns that fit. The one that the order goes by is among them, or the parts of its sum.
  private static func chosen(width: Int, sort: Column.ID) -> [Column] {
    var columns = Column.all.filter { $0.appearsAt <= width }
    let isSeen = columns.contains { $0.id == sort || Column.with(sort).parts.contains($0.id) }
    if !isSeen { columns = Column.all.filter { $0.appearsAt <= width || $0.id == sort } }
    func needed() -> Int { columns.reduce(columns.count - 1) { $0 + $1.width.minimum } }
    while columns.count > 1, needed() > width {
      // Where there is room for one column only, it is the one that every screen has.
      let isLast = columns.count == 2
      let index = columns.indices.filter { isLast || columns[$0].id != sort }
        .max { columns[$0].appearsAt < columns[$1].appearsAt }
      guard let index else { break }
      columns.remove(at: index)
    }
    return columns
  }
}
