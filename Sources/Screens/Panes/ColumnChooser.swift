import Monitor

/// The column chooser of a view: which columns are shown, in what order and how wide.
struct ColumnChooser: Sendable {
  struct Item: Hashable, Sendable {
    let id: Column.ID
    var isShown: Bool
    /// `nil` for the width that nearly every value fits.
    var width: Int?
  }

  let kind: ViewKind
  private(set) var items: [Item]
  private var place = ListCursor()
  /// Whether the columns are those that fit, rather than chosen ones.
  private(set) var isAutomatic: Bool

  /// - Parameters:
  ///   - choices: what had been chosen before, `nil` for nothing.
  ///   - layout: the columns on the screen, which the choice begins with.
  init(_ kind: ViewKind, choices: [ColumnChoice]?, layout: ColumnLayout) {
    self.kind = kind
    isAutomatic = choices == nil
    items = Self.items(choices ?? layout.items.map { ColumnChoice($0.id) })
  }

  /// The chosen columns first, and then the others in the order of the list of columns.
  private static func items(_ choices: [ColumnChoice]) -> [Item] {
    let chosen = choices.map { Item(id: $0.id, isShown: true, width: $0.width) }
    let rest = Column.all.map(\.id).filter { id in !choices.contains { $0.id == id } }
    return chosen + rest.map { Item(id: $0, isShown: false, width: nil) }
  }

  /// Which of the items keys change.
  var cursor: Int { place.position }

  /// What is chosen; `nil` if the columns are those that fit.
  var choices: [ColumnChoice]? {
    if isAutomatic { return nil }
    return items.filter(\.isShown).map { ColumnChoice($0.id, width: $0.width) }
  }

  /// Shows the columns that are on the screen, unless the user has chosen.
  mutating func follow(_ layout: ColumnLayout) {
    let shown = items.filter(\.isShown).map(\.id)
    guard isAutomatic, shown != layout.items.map(\.id) else { return }
    let id = items[cursor].id
    items = Self.items(layout.items.map { ColumnChoice($0.id) })
    select(items.firstIndex { $0.id == id } ?? 0)
  }

  mutating func select(_ index: Int) {
    place.select(index, of: items.count)
  }

  mutating func perform(_ command: Command, page: Int) {
    switch command {
    case .toggleColumn: toggle()
    case .narrow: resize(-1)
    case .widen: resize(1)
    case .moveUp: move(-1)
    case .moveDown: move(1)
    case .automatic: isAutomatic = true
    default: place.move(command, page: page, of: items.count)
    }
  }

  /// Shows or hides the column; one is always shown.
  mutating func toggle() {
    let isLast = items[cursor].isShown && items.count(where: \.isShown) == 1
    guard !isLast else { return }
    items[cursor].isShown.toggle()
    isAutomatic = false
  }

  private mutating func resize(_ step: Int) {
    let item = items[cursor]
    let width = (item.width ?? Column.with(item.id).width.ideal) + step
    items[cursor].width = min(
      max(width, ColumnChoice.widths.lowerBound),
      ColumnChoice.widths.upperBound
    )
    isAutomatic = false
  }

  private mutating func move(_ step: Int) {
    let target = cursor + step
    guard items.indices.contains(target) else { return }
    items.swapAt(cursor, target)
    select(target)
    isAutomatic = false
  }
}
