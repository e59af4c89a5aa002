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
    /// Whether the end of the connection raised it.
    let isOfEnd: Bool
    /// Whether the connection matches and has not ended.
    fileprivate(set) var isLive: Bool
    /// By the wall clock; `nil` before it was cleared, and where the end of the connection raised it.
    fileprivate(set) var clearedAt: Timestamp?
    /// The times of the samples that brought the alert and cleared it.
    fileprivate let shownFrom: Timestamp
    fileprivate var clearedFrom: Timestamp?
  }

  /// How many alerts there were after a sample.
  struct Counts: Hashable, Sendable {
    /// Raised and reported.
    var raised = 0
    /// Of connections that match and have not ended.
    var live = 0
    /// Raised and not reported.
    var suppressed: UInt64 = 0
    /// Ends that were not looked at.
    var unseenEnds: UInt64 = 0
  }

  /// How many entries are kept.
  static let limit = 200
  /// How many samples that changed the counts are remembered.
  static let sampleLimit = 10_000

  private(set) var engine: AlertEngine
  /// The oldest first.
  private(set) var entries: [Entry] = []
  /// How many alerts were raised and reported.
  private(set) var count = 0
  /// Whether some were raised that the user has not looked at.
  private(set) var hasNews = false
  /// Whether the last batch raised some.
  private(set) var isNew = false
  /// The time of the first sample by the wall clock; `nil` before there is one.
  private(set) var beginning: Timestamp?
  /// The counts after each sample that changed them, the oldest first.
  private var changes: [(time: Timestamp, counts: Counts)] = []
  /// Whether the oldest changes are no longer kept.
  private var hasForgotten = false
  /// The number of the last sample.
  private var sample: UInt64 = 0

  init(_ rules: [AlertRule]) {
    engine = AlertEngine(rules)
  }

  /// Takes over what the last batch of a model brought.
  mutating func update(_ model: Model) {
    let table = model.table
    // Another model, as after a jump in time.
    if table.samples <= sample { reset() }
    sample = table.samples
    if beginning == nil { beginning = table.wall(table.time) }
    let suppressed = engine.suppressed
    isNew = false
    for event in engine.update(table, touched: model.touched) {
      switch event.kind {
      case .raised:
        count += 1
        isNew = true
        let isOfEnd = event.row?.end != nil
        entries.append(
          Entry(
            id: count,
            rule: event.rule,
            connection: event.id,
            subject: event.subject,
            raisedAt: event.wallTime,
            isOfEnd: isOfEnd,
            isLive: !isOfEnd,
            shownFrom: table.time
          )
        )
      case .cleared:
        let index = entries.lastIndex {
          $0.connection == event.id && $0.rule == event.rule && $0.isLive
        }
        if let index {
          entries[index].isLive = false
          entries[index].clearedAt = event.wallTime
          entries[index].clearedFrom = table.time
        }
      }
      if entries.count >= 2 * Self.limit { entries.removeFirst(Self.limit) }
    }
    if entries.count > Self.limit { entries.removeFirst(entries.count - Self.limit) }
    if engine.suppressed > suppressed { isNew = true }
    if isNew { hasNews = true }
    remember(table.time)
  }

  /// Notes that the user has looked at all of them.
  mutating func markRead() { hasNews = false }

  /// Forgets all connections, without a word: the next update is of another model.
  mutating func reset() {
    engine.reset()
    for index in entries.indices { entries[index].isLive = false }
  }

  private var counts: Counts {
    Counts(
      raised: count,
      live: engine.liveCount,
      suppressed: engine.suppressed,
      unseenEnds: engine.unseenEnds
    )
  }

  private mutating func remember(_ time: Timestamp) {
    let counts = counts
    guard counts != changes.last?.counts ?? Counts() else { return }
    changes.append((time, counts))
    guard changes.count > Self.sampleLimit else { return }
    // Half at once: removing one at a time would move all others for each sample.
    changes.removeFirst(Self.sampleLimit / 2)
    hasForgotten = true
  }
}

extension AlertBoard {
  /// What there is to show after the last sample.
  var shown: ShownAlerts {
    ShownAlerts(
      hasRules: !engine.rules.isEmpty,
      entries: entries,
      counts: counts,
      isUnread: hasNews,
      hasAlert: engine.isRaised
    )
  }

  /// What there was to show after the sample of a moment, by the clock of the samples.
  func shown(at moment: Timestamp) -> ShownAlerts {
    let entries = entries.prefix { $0.shownFrom <= moment }.map { entry in
      guard let cleared = entry.clearedFrom, cleared > moment else { return entry }
      var entry = entry
      (entry.isLive, entry.clearedAt, entry.clearedFrom) = (true, nil, nil)
      return entry
    }
    let known = changes.last { $0.time <= moment }?.counts
    let counts = known ?? (hasForgotten ? nil : Counts())
    let raised = Set(entries.filter { $0.isLive || $0.isOfEnd }.map(\.connection))
    return ShownAlerts(
      hasRules: !engine.rules.isEmpty,
      entries: entries,
      counts: counts,
      later: counts.map { count - $0.raised } ?? 0,
      isUnread: hasNews,
      hasAlert: { raised.contains($0) }
    )
  }
}
