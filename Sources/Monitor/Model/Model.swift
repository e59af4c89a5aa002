package import Tracer

/// The connections of a host as batches tell of them, filtered and in order: what every view and
/// every format is made of.
///
/// Pure: the same batches, order and filter always make the same model.
package struct Model: Sendable {
  package private(set) var table: ConnectionTable
  /// The tracer's own figures of the last batch; `nil` before the first.
  package private(set) var health: Health?
  /// The share of one CPU that this process used between the last two batches, 1 for all of it.
  package private(set) var cpuShare: Double?
  /// The time of the first batch.
  package private(set) var startedAt: Timestamp?
  private var order: RowOrder

  package var sort: SortOrder {
    didSet { if sort != oldValue { arrange() } }
  }
  package var filter: Filter {
    didSet { if filter != oldValue { arrange() } }
  }

  package init(
    sort: SortOrder = SortOrder(.rate),
    filter: Filter = Filter(),
    retention: ClosedRetention = .screen
  ) {
    table = ConnectionTable(retention: retention)
    self.sort = sort
    self.filter = filter
    order = RowOrder(sort, table) { _ in false }
  }

  package mutating func apply(_ batch: Batch) {
    let isRenamed = table.apply(batch)
    if startedAt == nil { startedAt = batch.time }
    if let health, let interval = table.interval {
      cpuShare = max(0, (batch.health.cpuTime - health.cpuTime).seconds / interval)
    }
    health = batch.health

    let dirty = table.takeDirty()
    let isReordered = isRenamed && (sort.column == .namespace || filter.dependsOnNamespaces)
    if isReordered || filter.dependsOnTime {
      arrange()
    } else {
      let hasListeners = filter.asksForListeners
      var matcher = RowMatcher(filter, table)
      order.update(dirty, table) { (hasListeners || !$0.isListener) && matcher.isShown($0) }
    }
    table.clean(dirty)
  }

  /// How many rows the filter lets through.
  package var count: Int { order.count }

  /// How many live connections there are, whatever the filter; listeners aside.
  package var connections: Int { table.states.reduce(0, +) - listeners }

  package var listeners: Int { table.states[Int(TCPState.listen.rawValue)] }

  /// The row at a position of the order.
  package func row(at position: Int) -> Row? {
    order.slot(at: position).flatMap { table[$0] }
  }

  /// Where a connection stands in the order, if it is shown.
  package func position(of id: Connection.ID) -> Int? {
    table.slot(of: id).flatMap { order.position(of: $0, table) }
  }

  private mutating func arrange() {
    let hasListeners = filter.asksForListeners
    var matcher = RowMatcher(filter, table)
    order = RowOrder(sort, table) { (hasListeners || !$0.isListener) && matcher.isShown($0) }
  }
}
