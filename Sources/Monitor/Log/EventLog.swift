package import Connections

/// Makes the lines of a log of batches: what happened to connections, in the order of its time.
///
/// Pure: the same batches always give the same lines. An event is reported when no earlier one can
/// follow, which the batch after it tells.
package struct EventLog: Sendable {
  /// What is reported.
  package struct Choice: Sendable {
    package var filter = Filter()
    package var events = Set(LogEvent.choices)
    /// Whether connections that are older than the log are reported first.
    package var listsExisting = false
    /// How many seconds pass between two reports of the figures of all connections; `nil` for none.
    package var statsInterval: Int64?
    /// When an alert is raised.
    package var alerts: [AlertRule] = []

    package init() {}
  }

  private struct Entry {
    let time: Timestamp
    /// Tells entries of the same time apart: they come in this order.
    let number: Int
    let line: String
  }

  private let choice: Choice
  private let format: LogFormat
  private let presentation: Presentation
  private var text: LogText?
  private var table: ConnectionTable
  private var held: [Entry] = []
  /// Bytes of the lines in `held`.
  private var heldBytes = 0
  private let heldLimit: Int
  /// Lines dropped because the queue was full, since the last loss line.
  private var dropped: UInt64 = 0
  private var entries = 0
  private var alerts: AlertEngine
  /// How many alerts it has suppressed that a loss line has counted.
  private var suppressed: UInt64 = 0
  /// How many destinations the table could not learn that a loss line has counted.
  private var unlearned: UInt64 = 0
  private var health: SourceHealth?
  /// When the next report of all figures is due; `nil` before the first batch, and without any.
  private var statsAt: Timestamp?

  /// Room for a line for each of 100,000 connections in JSON.
  package static let roomForLines = 1 << 27

  /// - Parameter heldLimit: how many bytes of lines wait at most for those that may come before
  ///   them. More are dropped, and a line tells how many.
  package init(
    _ choice: Choice,
    format: LogFormat,
    presentation: Presentation = Presentation(),
    heldLimit: Int = EventLog.roomForLines
  ) {
    self.choice = choice
    alerts = AlertEngine(choice.alerts)
    // Alerts are of rows that nothing happens to, too.
    table = ConnectionTable(retention: .sample, restsRows: choice.alerts.isEmpty)
    self.heldLimit = heldLimit
    self.format = format
    self.presentation = presentation
    if case .text(let offset) = format {
      text = LogText(utcOffset: offset, presentation: presentation)
    }
  }

  /// Makes the lines that are complete with this batch, one or more for each event.
  ///
  /// - Parameters:
  ///   - names: what ports and hosts are called.
  ///   - write: takes each line.
  package mutating func apply(
    _ batch: Batch,
    names: Names = Names(),
    _ write: (LogLine) -> Void
  ) {
    let previous = health == nil ? nil : table.time
    // What nothing of this batch comes before goes first, so that two batches are not held.
    if let previous, let earliest = batch.deltas.lazy.compactMap(\.eventTime).min() {
      take(write) { $0.time <= previous && $0.time < earliest }
    }
    var new: Set<Connection.ID> = []
    for delta in batch.deltas {
      switch delta {
      case .upsert(let connection), .ended(let connection):
        if !table.has(connection.id) { new.insert(connection.id) }
      case .counters, .annotated: break
      }
    }
    let isFirst = health == nil
    _ = table.apply(batch)
    tell(batch, isFirst: isFirst, new: new, names)
    tellStats(batch, names)
    let touched = table.takeDirty()
    tellAlerts(touched, names)
    table.clean(touched)
    table.rest()
    tellLosses(batch)
    if let previous { take(write) { $0.time <= previous } }
  }

  /// Makes the lines that are left when no batch follows.
  package mutating func finish(_ write: (LogLine) -> Void) { take(write) { _ in true } }

  private mutating func tell(_ batch: Batch, isFirst: Bool, new: Set<Connection.ID>, _ names: Names)
  {
    var new = new
    let matcher = RowMatcher(choice.filter, table)
    let context = CellContext(table, presentation, names)
    for delta in batch.deltas {
      switch delta {
      case .upsert(let connection) where !connection.isListener:
        // A keyframe has those too that have been reported.
        guard new.remove(connection.id) != nil else { continue }
        if let openedAt = connection.openedAt {
          tellOpening(connection, at: openedAt, matcher, context)
        } else if isFirst, choice.listsExisting {
          tell(.existing, at: batch.time, connection, matcher, context)
        }
      case .ended(let connection):
        // Of an end that no program saw, only the table has the addresses. It has no listeners that
        // ended.
        if new.contains(connection.id), let openedAt = connection.openedAt {
          tellOpening(connection, at: openedAt, matcher, context)
        }
        let event = LogEvent(endOf: connection)
        if choice.events.contains(event) {
          let time = connection.end?.at ?? batch.time
          tell(event, at: time, connection, matcher, context)
        }
      case .upsert, .counters, .annotated: break
      }
    }
  }

  private mutating func tellOpening(
    _ connection: Connection,
    at time: Timestamp,
    _ matcher: RowMatcher,
    _ context: CellContext
  ) {
    let event = LogEvent(openingOf: connection)
    guard choice.events.contains(event) else { return }
    tell(event, at: time, connection, matcher, context)
  }

  private mutating func tell(
    _ event: LogEvent,
    at time: Timestamp,
    _ connection: Connection,
    _ matcher: RowMatcher,
    _ context: CellContext
  ) {
    guard let slot = context.table.slot(of: connection.id), let known = context.table[slot]
    else { return }
    tell(event, at: time, event.isOpening ? known.atOpening : known, matcher, context)
  }

  private mutating func tellAlerts(_ touched: [Int32], _ names: Names) {
    guard choice.events.contains(.alert) else { return }
    let events = alerts.update(table, touched: touched)
    dropped += alerts.suppressed - suppressed
    suppressed = alerts.suppressed
    if events.isEmpty { return }
    let matcher = RowMatcher(choice.filter, table)
    let context = CellContext(table, presentation, names)
    for event in events {
      guard let row = event.row else { continue }
      tell(.alert, at: event.time, row, matcher, context, cause: event.rule)
    }
  }

  private mutating func tell(
    _ event: LogEvent,
    at time: Timestamp,
    _ row: Row,
    _ matcher: RowMatcher,
    _ context: CellContext,
    cause: String? = nil
  ) {
    guard matcher.isShown(row) else { return }
    switch format {
    case .text: add(text?.line(event, at: time, row, context, cause: cause) ?? "", at: time)
    case .records(let records):
      add(records.line(event, at: time, row, context.table, cause: cause), at: time)
    case .nettracer(let lines):
      for line in lines.lines(event, at: time, row, context.table) { add(line, at: time) }
    }
  }

  /// Reports the figures of all live connections once an interval is over. Each report is due a
  /// whole number of intervals after the first batch, whenever batches come.
  private mutating func tellStats(_ batch: Batch, _ names: Names) {
    guard let seconds = choice.statsInterval, choice.events.contains(.stats) else { return }
    let interval = seconds * 1_000_000_000
    guard let due = statsAt else {
      statsAt = batch.time.shifted(by: interval)
      return
    }
    guard batch.time >= due else { return }
    let intervals = (batch.time.nanoseconds - due.nanoseconds) / interval + 1
    statsAt = due.shifted(by: intervals * interval)
    let matcher = RowMatcher(choice.filter, table)
    let context = CellContext(table, presentation, names)
    context.table.forEachRow { row in
      guard row.end == nil, row.state != .closed, !row.isListener else { return }
      tell(.stats, at: batch.time, row, matcher, context)
    }
  }

  private mutating func tellLosses(_ batch: Batch) {
    for loss in batch.health.losses(since: health ?? SourceHealth()) where loss.kind.isAlarming {
      hold(format.line(loss, at: batch.wallTime).text, at: batch.time)
    }
    if dropped > 0 {
      hold(format.line(Loss(.surplus, dropped), at: batch.wallTime).text, at: batch.time)
      dropped = 0
    }
    let asks = choice.filter.asksForNewDestinations || alerts.asksForNewDestinations
    let unlearned = table.destinations.unlearned
    if asks, unlearned > self.unlearned {
      let loss = Loss(.destinations, unlearned - self.unlearned)
      hold(format.line(loss, at: batch.wallTime).text, at: batch.time)
    }
    self.unlearned = unlearned
    health = batch.health
  }

  /// Keeps a line until its time has come, if there is room.
  private mutating func add(_ line: String, at time: Timestamp) {
    guard heldBytes + line.utf8.count <= heldLimit else {
      dropped += 1
      return
    }
    hold(line, at: time)
  }

  private mutating func hold(_ line: String, at time: Timestamp) {
    held.append(Entry(time: time, number: entries, line: line))
    heldBytes += line.utf8.count
    entries += 1
  }

  /// Hands over the entries that are complete, in their order.
  private mutating func take(_ write: (LogLine) -> Void, _ isComplete: (Entry) -> Bool) {
    var complete: [Entry] = []
    var left: [Entry] = []
    for entry in held {
      if isComplete(entry) { complete.append(entry) } else { left.append(entry) }
    }
    if complete.isEmpty { return }
    held = left
    heldBytes = left.reduce(0) { $0 + $1.line.utf8.count }
    complete.sort { ($0.time, $0.number) < ($1.time, $1.number) }
    for entry in complete {
      write(LogLine(entry.line, heading: format.heading(table.wall(entry.time))))
    }
  }
}

extension Row {
  /// The row as it was at the opening, when nothing had been exchanged.
  fileprivate var atOpening: Row {
    var row = self
    if row.end != nil || row.state == .closed {
      row.end = nil
      row.state = direction == .outgoing ? .synSent : .established
    }
    row.counters = Counters(
      retransmits: nil,
      congestionWindow: nil,
      unread: nil,
      unacknowledged: nil,
      unsent: nil
    )
    return row
  }
}

extension Delta {
  /// When the earliest event was that it tells of; `nil` if it tells of none.
  fileprivate var eventTime: Timestamp? {
    switch self {
    case .upsert(let connection): connection.openedAt
    case .ended(let connection):
      [connection.openedAt, connection.end?.at].compactMap(\.self).min()
    case .counters, .annotated: nil
    }
  }
}
