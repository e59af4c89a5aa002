/// The choice of columns of a view: which are shown, in what order and how wide.
struct ColumnChooser: Sendable {
  struct Item: Hashable, Sendable {
    let id: Column.ID
    var isShown: Bool
    /// `nil` for the width that has room for nearly every value.
    var width: Int?
  }

  let kind: ViewKind
  private(set) var items: [Item]
  private(set) var cursor = 0
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

  /// What is chosen; `nil` where the columns are those that fit.
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
    cursor = items.firstIndex { $0.id == id } ?? 0
  }

  mutating func select(_ index: Int) {
    cursor = min(max(0, index), max(0, items.count - 1))
  }

  mutating func perform(_ command: Command, page: Int) {
    switch command {
    case .up: select(cursor - 1)
    case .down: select(cursor + 1)
    case .pageUp: select(cursor - page)
    case .pageDown: select(cursor + page)
    case .first: select(0)
    case .last: select(items.count - 1)
    case .toggleColumn: toggle()
    case .narrow: resize(-1)
    case .widen: resize(1)
    case .moveUp: move(-1)
    case .moveDown: move(1)
    case .automatic: isAutomatic = true
    default: break
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
    cursor = target
    isAutomatic = false
  }
}
