package import Connections

/// Finds connections that match the rules of alerts.
///
/// Pure: the same tables give the same events. It looks at the rows that a batch changed, and at all
/// rows only of a table that it has not seen before, for a rule on time or tags, or where the clock was
/// set or a namespace got another name.
package struct AlertEngine: Sendable {
  /// How much is kept and reported at most.
  package struct Limits: Sendable {
    /// Alerts raised by one batch.
    package var events = 1000
    /// Pairs of a program and a remote address for which a rule is silent.
    package var holdOffs = AlertHoldOff.usualLimit

    package init() {}
  }

  package let rules: [AlertRule]
  private let limits: Limits
  private var watches: [AlertWatch]
  /// How many rules each connection has a live alert of.
  private var raised: [Connection.ID: Int] = [:]
  /// The number of the last sample.
  private var sample: UInt64 = 0
  /// How many alerts were not reported, as a batch raised too many or too many pairs are held off.
  package private(set) var suppressed: UInt64 = 0
  /// How many ends were not looked at, as more came in a batch than the table keeps.
  package private(set) var unseenEnds: UInt64 = 0
  /// How often a filter was asked about a row.
  private(set) var looks = 0

  package init(_ rules: [AlertRule], limits: Limits = Limits()) {
    self.rules = rules
    self.limits = limits
    watches = rules.map { AlertWatch($0, holdOffs: limits.holdOffs) }
  }

  /// How many alerts are live: of connections that match and have not ended.
  package var liveCount: Int { watches.reduce(0) { $0 + $1.liveCount } }

  /// How many entries wait for their time.
  var waiting: Int { watches.reduce(0) { $0 + $1.waiting } }

  /// Whether a connection has an alert: a live one, or one that its end raised.
  package func isRaised(_ id: Connection.ID) -> Bool { raised[id] != nil }

  /// Whether a rule asks for connections with a new destination.
  package var asksForNewDestinations: Bool {
    rules.contains { $0.filter.asksForNewDestinations }
  }

  /// Looks at what a batch changed in its table.
  ///
  /// - Parameter touched: the slots whose rows the batch may have changed, free ones among them.
  /// - Returns: what became of alerts, in the order of time.
  package mutating func update(_ table: ConnectionTable, touched: [Int32]) -> [AlertEvent] {
    if rules.isEmpty { return [] }
    // Another table, as after a jump in time.
    if table.samples <= sample { reset() }
    let isFirst = sample == 0
    sample = table.samples
    unseenEnds += UInt64(table.unkeptEnds)
    var round = AlertRound(limit: limits.events)
    for index in watches.indices {
      watches[index].update(table, touched, looksAtAll: isFirst, &round)
    }
    suppressed += round.suppressed
    looks += round.looks
    for (id, change) in round.changes {
      let count = raised[id, default: 0] + change
      raised[id] = count > 0 ? count : nil
    }
    return round.events.enumerated()
      .sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
      .map(\.element)
  }

  /// Forgets all connections, without events: the next update is of another table.
  package mutating func reset() {
    watches = rules.map { AlertWatch($0, holdOffs: limits.holdOffs) }
    (raised, sample) = ([:], 0)
  }
}

/// What one batch brings.
struct AlertRound {
  let limit: Int
  var events: [AlertEvent] = []
  /// How many alerts were raised.
  var raised = 0
  var suppressed: UInt64 = 0
  var looks = 0
  /// By how much the number of alerts of a connection changed.
  var changes: [(Connection.ID, Int)] = []

  init(limit: Int) {
    self.limit = limit
  }
}
