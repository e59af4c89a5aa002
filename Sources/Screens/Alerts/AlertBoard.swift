import Connections
import Monitor

/// The alerts of the screen: those that are live, and the last ones that were raised.
struct AlertBoard: Sendable {
  /// An alert that was raised.
  struct Entry: Hashable, Sendable, Identifiable {
    /// Numbers alerts from 1, in the order in which they were raised.
    let id: Int
    let rule: String
    let connection: Connection.ID
    let subject: AlertEvent.Subject
    /// By the wall clock.
    let raisedAt: Timestamp
    /// Whether the connection matches and has not ended.
    fileprivate(set) var isLive: Bool
    /// By the wall clock; `nil` before it was cleared, and where the end of the connection raised it.
    fileprivate(set) var clearedAt: Timestamp?
  }

  /// How many entries are kept.
  static let limit = 200

  private(set) var engine: AlertEngine
  /// The oldest first.
  private(set) var entries: [Entry] = []
  /// How many alerts were raised and reported.
  private(set) var count = 0
  /// Whether some were raised that the user has not looked at.
  private(set) var hasNews = false
  /// Whether the last batch raised some.
  private(set) var isNew = false
  /// The number of the last sample.
  private var sample: UInt64 = 0

  init(_ rules: [AlertRule]) {
    engine = AlertEngine(rules)
  }

  /// Whether a row has an alert.
  func isRaised(_ row: Row) -> Bool { !row.isGroup && engine.isRaised(row.id) }

  /// Takes over what the last batch of a model brought.
  mutating func update(_ model: Model) {
    // Another model, as after a jump in time.
    if model.table.samples <= sample { reset() }
    sample = model.table.samples
    let suppressed = engine.suppressed
    isNew = false
    for event in engine.update(model.table, touched: model.touched) {
      switch event.kind {
      case .raised:
        count += 1
        isNew = true
        entries.append(
          Entry(
            id: count,
            rule: event.rule,
            connection: event.id,
            subject: event.subject,
            raisedAt: event.wallTime,
            isLive: event.row?.end == nil
          )
        )
      case .cleared:
        let index = entries.lastIndex {
          $0.connection == event.id && $0.rule == event.rule && $0.isLive
        }
        if let index {
          entries[index].isLive = false
          entries[index].clearedAt = event.wallTime
        }
      }
      if entries.count >= 2 * Self.limit { entries.removeFirst(Self.limit) }
    }
    if entries.count > Self.limit { entries.removeFirst(entries.count - Self.limit) }
    if engine.suppressed > suppressed { isNew = true }
    if isNew { hasNews = true }
  }

  /// Notes that the user has looked at all of them.
  mutating func markRead() { hasNews = false }

  /// Forgets all connections, without a word: the next update is of another model.
  mutating func reset() {
    engine.reset()
    for index in entries.indices { entries[index].isLive = false }
  }
}
