package import Tracer

/// Makes the lines of a log of batches: what happened to connections, in the order of its time.
///
/// Pure: the same batches always make the same lines. An event is told when no earlier one can
/// follow, which the batch after it tells.
package struct EventLog: Sendable {
  /// What is told.
  package struct Choice: Sendable {
    package var filter = Filter()
    package var events = Set(LogEvent.choices)
    /// Whether connections that are older than the log are told first.
    package var listsExisting = false

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
  private var table = ConnectionTable(retention: .sample)
  private var held: [Entry] = []
  private var entries = 0
  private var health: Health?
  private var day: String?

  package init(
    _ choice: Choice,
    format: LogFormat,
    presentation: Presentation = Presentation()
  ) {
    self.choice = choice
    self.format = format
    self.presentation = presentation
    if case .text(let offset) = format {
      text = LogText(utcOffset: offset, presentation: presentation)
    }
  }

  /// The lines, without their ends, that are complete with this batch: one for each event, the
  /// first of a day with the date on a line before it.
  ///
  /// - Parameter names: what ports and hosts are called.
  package mutating func apply(_ batch: Batch, names: Names = Names()) -> [String] {
    let previous = health == nil ? nil : table.time
    let unknown = batch.deltas.filter { delta in
      if case .closed(let connection) = delta {
        table.slot(of: connection.id) == nil
      } else {
        false
      }
    }
    let new = Set(unknown.map(\.id))
    let isFirst = health == nil
    _ = table.apply(batch)
    tell(batch, isFirst: isFirst, new: new, names)
    tellLosses(batch)
    guard let previous else { return isFirst ? take { _ in false } : [] }
    return take { $0.time <= previous }
  }

  /// The lines that are left when no batch follows.
  package mutating func finish() -> [String] { take { _ in true } }

  private mutating func tell(_ batch: Batch, isFirst: Bool, new: Set<Connection.ID>, _ names: Names)
  {
    var matcher = RowMatcher(choice.filter, table)
    let context = CellContext(table, presentation, names)
    for delta in batch.deltas {
      switch delta {
      case .opened(let connection) where !connection.isListener:
        if let openedAt = connection.openedAt {
          tellOpening(connection, at: openedAt, &matcher, context)
        } else if isFirst, choice.listsExisting {
          tell(.existing, at: batch.time, connection, &matcher, context)
        }
      case .closed(let connection) where !connection.isListener:
        if new.contains(connection.id), let openedAt = connection.openedAt {
          tellOpening(connection, at: openedAt, &matcher, context)
        }
        let event = LogEvent(endOf: connection)
        if choice.events.contains(event) {
          let time = connection.end?.at ?? batch.time
          tell(event, at: time, connection, &matcher, context)
        }
      case .opened, .closed, .changed, .owner: break
      }
    }
  }

  private mutating func tellOpening(
    _ connection: Connection,
    at time: Timestamp,
    _ matcher: inout RowMatcher,
    _ context: CellContext
  ) {
    let event = LogEvent(openingOf: connection)
    guard choice.events.contains(event) else { return }
    tell(event, at: time, connection, &matcher, context)
  }

  private mutating func tell(
    _ event: LogEvent,
    at time: Timestamp,
    _ connection: Connection,
    _ matcher: inout RowMatcher,
    _ context: CellContext
  ) {
    guard let slot = context.table.slot(of: connection.id), let known = context.table[slot]
    else { return }
    let row = event.isOpening ? known.atOpening : known
    guard matcher.isShown(row) else { return }
    if text != nil {
      add(text?.line(event, at: time, row, context) ?? "", at: time)
    } else {
      add(LogJSON().line(event, at: time, row, context.table), at: time)
    }
  }

  private mutating func tellLosses(_ batch: Batch) {
    let before = health ?? Health()
    for loss in LogLoss.allCases {
      guard let count = loss.count(batch.health), let known = loss.count(before), count > known
      else { continue }
      add(format.line(loss, count - known, at: batch.time), at: batch.time)
    }
    health = batch.health
  }

  private mutating func add(_ line: String, at time: Timestamp) {
    held.append(Entry(time: time, number: entries, line: line))
    entries += 1
  }

  /// Takes out the entries that are complete, in their order.
  private mutating func take(_ isComplete: (Entry) -> Bool) -> [String] {
    let complete = held.filter(isComplete).sorted { ($0.time, $0.number) < ($1.time, $1.number) }
    if !complete.isEmpty { held.removeAll(where: isComplete) }
    return complete.map { entry in
      guard let line = format.dayLine(entry.time), line != day else { return entry.line }
      day = line
      return "\(line)\n\(entry.line)"
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
  /// The connection that it is about.
  fileprivate var id: Connection.ID {
    switch self {
    case .opened(let connection), .closed(let connection): connection.id
    case .changed(let id, _, _), .owner(let id, _): id
    }
  }
}
