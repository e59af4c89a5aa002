/// The columns that a screen shows, and their widths.
package struct ColumnLayout: Hashable, Sendable {
  package struct Item: Hashable, Sendable {
    package let id: Column.ID
    package let x: Int
    package let width: Int
    /// As `ViewColumn.isTree`.
    package let isTree: Bool
  }

  package let items: [Item]
  /// How many columns are hidden to the left.
  package let hiddenLeft: Int
  /// How many columns are hidden to the right, or cut off.
  package let hiddenRight: Int
  /// The columns that the order uses: a sum without a column on this screen, by its parts.
  package let sorted: [Column.ID]

  /// Whether the screen is too narrow for the chosen columns.
  package var overflows: Bool { hiddenLeft + hiddenRight > 0 }

  /// Lays out what a screen of this many columns has room for, one blank between two.
  ///
  /// - Parameter averages: whether the column that the order uses shows an average.
  package init(
    width: Int,
    sort: Column.ID,
    of kind: ViewKind = .connections,
    averages: Bool = false
  ) {
    let chosen = Self.chosen(width: width, sort: sort, of: kind, averages: averages)
    sorted = Self.sorted(by: sort, among: chosen.map(\.id))
    let averaged = averages ? sorted : []
    var widths = chosen.map { Self.width($0, averaged).minimum }
    var room = width - widths.reduce(0, +) - max(0, chosen.count - 1)

    let byImportance = chosen.indices.sorted {
      (chosen[$0].appearsAt, $0) < (chosen[$1].appearsAt, $1)
    }
    for index in byImportance where room > 0 {
      let more = min(room, Self.width(chosen[index], averaged).ideal - widths[index])
      widths[index] += more
      room -= more
    }
    Self.grow(&widths, chosen.map { Self.width($0, averaged).maximum }, room)

    var x = 0
    var items: [Item] = []
    for (column, columnWidth) in zip(chosen, widths) {
      // The last column left on a narrow screen gets all the room there is.
      let itemWidth = min(columnWidth, max(0, width - x))
      items.append(Item(id: column.id, x: x, width: itemWidth, isTree: column.isTree))
      x += columnWidth + 1
    }
    self.items = items
    hiddenLeft = 0
    hiddenRight = 0
  }

  /// Lays out the columns that the user has chosen, without the first `skipping` of them.
  package init(
    width: Int,
    choices: [ColumnChoice],
    sort: Column.ID,
    of kind: ViewKind,
    skipping: Int,
    averages: Bool = false
  ) {
    sorted = Self.sorted(by: sort, among: choices.map(\.id))
    let averaged = averages ? sorted : []
    let tree = kind.columns.first { $0.isTree }?.id
    let columns = choices.map { choice in
      ViewColumn(choice.id, 0, isTree: choice.id == tree)
    }
    var widths = zip(choices, columns).map { $0.width ?? Self.width($1, averaged).minimum }
    let ideals = zip(choices, columns).map { $0.width ?? Self.width($1, averaged).ideal }
    let maxima = zip(choices, columns).map { $0.width ?? Self.width($1, averaged).maximum }
    func room(_ widths: [Int]) -> Int {
      width - widths.reduce(0, +) - max(0, widths.count - 1)
    }
    // Columns have less than they could use rather than be scrolled for; where that does not help,
    // they have all.
    let isFitting = room(widths) >= 0
    if isFitting { Self.grow(&widths, ideals, room(widths)) } else { widths = ideals }
    Self.grow(&widths, maxima, room(widths))

    hiddenLeft = isFitting ? 0 : min(max(0, skipping), max(0, choices.count - 1))
    var x = 0
    var items: [Item] = []
    for (column, columnWidth) in zip(columns, widths).dropFirst(hiddenLeft) where x < width {
      let itemWidth = min(columnWidth, width - x)
      // A value cut to fewer columns would be meaningless.
      if itemWidth < columnWidth, itemWidth < 4, !items.isEmpty { break }
      items.append(Item(id: column.id, x: x, width: itemWidth, isTree: column.isTree))
      x += columnWidth + 1
    }
    self.items = items
    // A column that is cut off is fully visible after scrolling, unless it is the only one.
    let isCut = items.count > 1 && x > width + 1
    hiddenRight = choices.count - hiddenLeft - items.count + (isCut ? 1 : 0)
  }

  /// Which of the columns an order by `sort` goes by.
  private static func sorted(by sort: Column.ID, among columns: [Column.ID]) -> [Column.ID] {
    columns.contains(sort) ? [sort] : Column.with(sort).parts
  }

  /// The widths of a column; names of groups have connections below them, which need more room, as
  /// do titles of averages.
  private static func width(_ column: ViewColumn, _ averaged: [Column.ID]) -> Column.Width {
    let width = Column.with(column.id).width
    if averaged.contains(column.id), let title = Column.with(column.id).averageTitle {
      return Column.Width(max(width.minimum, title.count + 1))
    }
    guard column.isTree else { return width }
    return Column.Width(
      max(width.minimum, 18),
      ideal: max(width.ideal + 6, 26),
      maximum: max(width.maximum, 48)
    )
  }

  /// Distributes spare room evenly among the columns that can use it.
  private static func grow(_ widths: inout [Int], _ maxima: [Int], _ room: Int) {
    var room = room
    while room > 0 {
      let growing = widths.indices.filter { widths[$0] < maxima[$0] }
      guard !growing.isEmpty else { break }
      for index in growing.prefix(room) {
        widths[index] += 1
        room -= 1
      }
    }
  }

  /// The columns that fit. The one that the order uses is among them, or the parts of its sum.
  private static func chosen(
    width: Int,
    sort: Column.ID,
    of kind: ViewKind,
    averages: Bool
  ) -> [ViewColumn] {
    let all = kind.columns
    var columns = all.filter { $0.appearsAt <= width }
    let isSeen = columns.contains { $0.id == sort || Column.with(sort).parts.contains($0.id) }
    if !isSeen {
      columns = all.filter { $0.appearsAt <= width || $0.id == sort }
      if !all.contains(where: { $0.id == sort }) { columns.append(ViewColumn(sort, width)) }
    }
    func needed() -> Int {
      let averaged = averages ? sorted(by: sort, among: columns.map(\.id)) : []
      return columns.reduce(columns.count - 1) { $0 + Self.width($1, averaged).minimum }
    }
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
