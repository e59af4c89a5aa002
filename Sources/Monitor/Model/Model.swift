package import Connections

/// The connections of a host as batches report them, filtered, grouped and in order: what every
/// view and every format is made of.
///
/// Pure: the same batches and view always make the same model.
package struct Model: Sendable {
  package private(set) var table: ConnectionTable
  /// The tracer's own figures of the last batch; `nil` before the first.
  package private(set) var health: SourceHealth?
  /// The share of one CPU that this process used between the last two batches, 1 for all of it.
  package private(set) var cpuShare: Double?
  /// What the whole host received and sent recently, whatever the filter.
  package private(set) var traffic = Traffic()
  /// What the rows that the filter leaves come to.
  package private(set) var summary: Summary
  private var shown = ShownRows()
  private var order: RowOrder
  /// Where the view has groups.
  private var groups: GroupList?
  /// `nil` if the filter lets all through: the table has the totals of all.
  private var filteredTotals: FilteredTotals?

  /// The slots that the last batch may have changed, free ones among them.
  package private(set) var touched: [Int32] = []

  /// What is shown.
  package var view: View {
    didSet { arrange(after: oldValue) }
  }

  /// - Parameter halfLife: as `ConnectionTable.halfLife`.
  package init(
    _ view: View = View(.connections),
    retention: ClosedRetention = .screen,
    halfLife: Double = 0,
    keepsHistory: Bool = false
  ) {
    table = ConnectionTable(
      retention: retention,
      halfLife: halfLife,
      keepsHistory: keepsHistory,
      keepsTotals: true
    )
    self.view = view
    order = RowOrder(view.sort, table, table) { _ in false }
    summary = Summary(table)
    sumUpTotals()
  }

  package mutating func apply(_ batch: Batch) {
    let isRenamed = table.apply(batch)
    if let health, let interval = table.interval {
      cpuShare = max(0, (batch.health.cpuTime - health.cpuTime).seconds / interval)
    }
    health = batch.health
    traffic.append(table.activity.growth, over: table.interval)
    filteredTotals?.update(table, view.filter)
    refresh(isRenamed: isRenamed)
  }

  /// Applies a batch that is not shown: it is what the rates of the first sample are measured from.
  package mutating func applyBase(_ batch: Batch) {
    apply(batch)
    table.baseSamples = table.samples
  }

  /// Counts what groups carry from here on.
  package mutating func resetTotals() {
    table.resetTotals()
    sumUpTotals()
    refresh(isRenamed: false)
  }

  /// Tags connections, or takes their tags off.
  package mutating func tag(_ ids: [Connection.ID], _ isTagged: Bool) {
    for id in ids {
      if let slot = table.slot(of: id) { table.tag(slot, isTagged) }
    }
    refresh(isRenamed: false)
  }

  package mutating func untagAll() {
    table.untagAll()
    refresh(isRenamed: false)
  }
}

extension Model {
  /// The number of rows.
  package var count: Int { groups?.count ?? order.count }

  /// How many samples there have been to show.
  package var samples: UInt64 { table.sampleNumber }

  /// How many connections or listeners the filter lets through, groups aside.
  package var connections: Int { order.count }

  /// The row at a position of the order.
  package func row(at position: Int) -> Row? {
    guard let groups else { return order.slot(at: position).flatMap { table[$0] } }
    switch groups.item(at: position) {
    case .group(let number): return groups[Int32(number)]
    case .connection(let slot): return table[slot]
    case nil: return nil
    }
  }

  /// Where a connection or group stands, if it is shown.
  package func position(of id: Connection.ID) -> Int? {
    if let position = groups?.position(ofGroup: id) { return position }
    guard let slot = table.slot(of: id) else { return nil }
    if let groups { return groups.position(ofConnection: slot) }
    return order.position(of: slot, table)
  }

  /// The slots of the tagged rows that this view shows, each or in its group.
  package var taggedSlots: [Int32] { table.tagged.filter { shown[$0] }.sorted() }

  /// The tagged connections, of all views.
  package var taggedConnections: [Connection.ID] { table.tagged.compactMap { table[$0]?.id } }

  /// How many tagged rows this view does not show.
  package var hiddenTags: Int { table.tagged.count { !shown[$0] } }

  /// The slots of the connections that a row stands for, as far as the filter leaves them.
  package func slots(of row: Row) -> [Int32] {
    guard row.isGroup else { return table.slot(of: row.id).map { [$0] } ?? [] }
    // By what the group has in common: two groups can have the same ID.
    let key = GroupKey(row.kind, row, table)
    return order.places.map(\.slot).filter { slot in
      table[slot].map { GroupKey(row.kind, $0, table) == key } ?? false
    }
  }

  /// The connections that a row stands for, as far as the filter leaves them.
  package func connections(of row: Row) -> [Connection.ID] {
    slots(of: row).compactMap { table[$0]?.id }
  }
}

extension Model {
  /// Records what changed in the table.
  private mutating func refresh(isRenamed: Bool) {
    let dirty = table.takeDirty()
    touched = dirty
    if isRenamed, view.sort.column == .namespace, !view.isFrozen {
      arrange()
    } else {
      let asksForMore =
        view.filter.dependsOnTime || table.wallClockWasSet
        || isRenamed && view.filter.dependsOnNamespaces
      let entered = asksForMore ? look() : look(at: dirty)
      order.update(dirty, table.isDirty, entered: entered, table, table) { [shown] slot in
        shown[slot]
      }
      group()
    }
    table.clean(dirty)
    sumUp()
  }

  /// Recomputes what another view needs, and nothing else.
  private mutating func arrange(after old: View) {
    guard view != old else { return }
    if view.filter != old.filter { sumUpTotals() }
    let hasSameRows = view.hasSameRows(as: old)
    let hasSameOrder = view.sort == old.sort && (view.isFrozen || !old.isFrozen)
    // What is frozen stays as it is where a connection is followed, or no longer.
    let isOther = view.kind != old.kind || view.filter != old.filter
    let entered = hasSameRows ? [] : look()
    if !hasSameOrder || view.isFrozen && isOther && !hasSameRows {
      putInOrder()
    } else if view.isFrozen != old.isFrozen {
      order = RowOrder(freezing: order)
    } else if !hasSameRows {
      order.update([], table.isDirty, entered: entered, table, table) { [shown] slot in
        shown[slot]
      }
    }
    if isOther || !hasSameRows {
      if isOther || !hasSameOrder { groups = nil }
      group()
    } else if hasSameOrder {
      groups?.lay(out: order, view.folding)
    } else {
      groups?.sort(view.sort, table, isFrozen: view.isFrozen)
      groups?.lay(out: order, view.folding)
    }
    sumUp()
  }

  private mutating func arrange() {
    _ = look()
    putInOrder()
    groups = nil
    group()
  }

  /// Looks at all rows.
  private mutating func look() -> [Int32] { look(at: 0..<table.bound) }

  /// Looks at rows, whether they are shown.
  ///
  /// - Returns: the slots of those that are and were not before.
  private mutating func look(at slots: some Sequence<Int32>) -> [Int32] {
    shown.reserve(table.bound)
    return Self.look(at: slots, view, table, &shown)
  }

  private static func look(
    at slots: some Sequence<Int32>,
    _ view: View,
    _ table: ConnectionTable,
    _ shown: inout ShownRows
  ) -> [Int32] {
    let matcher = RowMatcher(view.filter, table)
    let (kinds, isFiltered) = (view.kinds, !view.filter.isEmpty)
    let followed = view.followed.flatMap { table.slot(of: $0) }
    var entered: [Int32] = []
    table.forEach(slots) { facts, row, slot in
      guard facts.isUsed else { return shown.hide(slot) }
      let isShown =
        kinds.contains { $0.contains(facts) } && (!isFiltered || matcher.isShown(facts, row))
        || slot == followed
      if isShown, !shown[slot] { entered.append(slot) }
      shown.set(slot, isShown ? facts.liveTally : nil, isShown: isShown)
    }
    return entered
  }

  private mutating func putInOrder() {
    order = RowOrder(view.sort, table, table) { [shown] slot in shown[slot] }
    if view.isFrozen { order = RowOrder(freezing: order) }
  }

  /// Brings the groups up to date, all of them if there are none yet.
  private mutating func group() {
    guard let kind = view.kind.grouping else {
      groups = nil
      return
    }
    var list = groups.take() ?? GroupList(kind)
    list.update(shown, table, filteredTotals?.totals ?? table.totals)
    list.sort(view.sort, table, isFrozen: view.isFrozen)
    list.lay(out: order, view.folding)
    groups = list
  }

  /// Adds up what connections have carried that no group shows and the filter lets through, as far as
  /// their rows are kept.
  private mutating func sumUpTotals() {
    table.keepsRetired = !view.filter.isEmpty
    filteredTotals = view.filter.isEmpty ? nil : FilteredTotals(table, view.filter)
  }

  private mutating func sumUp() {
    if let filteredTotals {
      let retired = view.kind.isOfConnections ? filteredTotals.recent : nil
      summary = Summary(table, shown, retired: retired)
    } else {
      summary = Summary(table)
    }
    summary.groups = groups?.liveGroupCount
  }
}
