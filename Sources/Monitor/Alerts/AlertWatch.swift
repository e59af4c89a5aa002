import Connections

/// One rule, and the connections that match it.
struct AlertWatch: Sendable {
  /// A connection that matches.
  private struct Match: Sendable {
    let id: Connection.ID
    /// The time of the first sample in which it did.
    let since: Timestamp
    var state = State.waiting

    enum State: Sendable {
      /// Not for long enough, or the rule is silent for its program and remote address.
      case waiting
      case raised(AlertEvent.Subject)
      /// Raised, and not reported since too many were.
      case suppressed
      /// Raised by its end.
      case ended
    }
  }

  private let rule: AlertRule
  /// Whether all rows are looked at in each batch.
  private let dependsOnMore: Bool
  private let looksAtListeners: Bool
  private var matches: [Int32: Match] = [:]
  private var agenda = AlertAgenda()
  private var holdOff: AlertHoldOff
  /// How many connections have an alert and have not ended.
  private(set) var liveCount = 0

  /// How many entries wait for their time, those out of date included.
  var waiting: Int { agenda.count }

  init(_ rule: AlertRule, holdOffs: Int) {
    self.rule = rule
    dependsOnMore = rule.filter.dependsOnTime || rule.filter.dependsOnTags
    looksAtListeners = rule.filter.asksForListeners
    holdOff = AlertHoldOff(limit: holdOffs)
  }

  mutating func update(
    _ table: ConnectionTable,
    _ touched: [Int32],
    looksAtAll: Bool,
    _ round: inout AlertRound
  ) {
    let asksForMore =
      looksAtAll || dependsOnMore || table.wallClockWasSet
      || table.namespaceWasRenamed && rule.filter.dependsOnNamespaces
    if asksForMore || !touched.isEmpty {
      let matcher = RowMatcher(rule.filter, table)
      if asksForMore {
        for slot in 0..<table.bound { look(at: slot, table, matcher, &round) }
      }
      for slot in touched where !asksForMore || slot >= table.bound {
        look(at: slot, table, matcher, &round)
      }
      for slot in table.ended { lookAtEnd(of: slot, table, matcher, &round) }
    }
    while let item = agenda.popFirst(by: table.time) {
      if let match = matches[item.slot], Self.isCurrent(item, match) {
        raise(item.slot, table, at: table.time, &round)
      }
    }
    if agenda.count > 2 * matches.count + 1024 {
      agenda.keep { [matches] item in matches[item.slot].map { Self.isCurrent(item, $0) } ?? false }
    }
  }

  private static func isCurrent(_ item: AlertAgenda.Item, _ match: Match) -> Bool {
    guard case .waiting = match.state else { return false }
    return match.since == item.since
  }

  /// Looks at a live row, or notes that it has left.
  private mutating func look(
    at slot: Int32,
    _ table: ConnectionTable,
    _ matcher: RowMatcher,
    _ round: inout AlertRound
  ) {
    let rows = table.rows.values
    let (index, isUsed) = (Int(slot), slot < table.bound && table.isUsed(slot))
    if let match = matches[slot], !isUsed || rows[index].id != match.id {
      clear(slot, table, at: table.time, &round)
    }
    guard isUsed, rows[index].end == nil, looksAtListeners || !rows[index].isListener else {
      return
    }
    round.looks += 1
    guard matcher.isShown(rows[index]) else {
      return clear(slot, table, at: table.time, &round)
    }
    guard matches[slot] == nil else { return }
    matches[slot] = Match(id: rows[index].id, since: table.time)
    wait(slot, since: table.time, until: table.time.later(by: rule.duration))
  }

  /// Looks at a row that ended in this batch: what matches at its end alone matches for no time.
  private mutating func lookAtEnd(
    of slot: Int32,
    _ table: ConnectionTable,
    _ matcher: RowMatcher,
    _ round: inout AlertRound
  ) {
    let rows = table.rows.values
    let index = Int(slot)
    guard slot < table.bound, table.isUsed(slot), let end = rows[index].end else { return }
    let match = matches[slot]
    if let match, case .waiting = match.state {
      matches[slot] = nil
    } else if match != nil {
      return clear(slot, table, at: end.at, &round)
    }
    round.looks += 1
    guard matcher.isShown(rows[index]),
      end.at >= (match?.since ?? end.at).later(by: rule.duration)
    else { return }
    matches[slot] = Match(id: rows[index].id, since: end.at)
    raise(slot, table, at: end.at, &round)
    // It matches no longer, so nothing is raised later.
    if case .waiting = matches[slot]?.state {
      matches[slot] = nil
    } else {
      matches[slot]?.state = .ended
      liveCount -= 1
    }
  }

  private mutating func wait(_ slot: Int32, since: Timestamp, until due: Timestamp) {
    agenda.add(AlertAgenda.Item(due: due, slot: slot, since: since))
  }

  /// Raises the alert of a match, unless the rule is silent for it.
  private mutating func raise(
    _ slot: Int32,
    _ table: ConnectionTable,
    at time: Timestamp,
    _ round: inout AlertRound
  ) {
    guard let match = matches[slot], let row = table[slot] else { return }
    var isReported = round.raised < round.limit
    if rule.holdOff > 0 {
      let key = AlertHoldOff.key(row, table)
      if let end = holdOff.end(for: key, at: time) {
        if row.end == nil { wait(slot, since: match.since, until: end) }
        return
      }
      isReported =
        isReported && holdOff.begin(for: key, at: time, until: time.later(by: rule.holdOff))
    }
    liveCount += 1
    round.changes.append((match.id, 1))
    guard isReported else {
      matches[slot]?.state = .suppressed
      round.suppressed += 1
      return
    }
    let subject = AlertEvent.Subject(row, table)
    matches[slot]?.state = .raised(subject)
    round.raised += 1
    round.events.append(event(.raised, match.id, subject, row, table, at: time))
  }

  /// Ends a match, and with it its alert.
  private mutating func clear(
    _ slot: Int32,
    _ table: ConnectionTable,
    at time: Timestamp,
    _ round: inout AlertRound
  ) {
    guard let match = matches.removeValue(forKey: slot) else { return }
    if case .waiting = match.state { return }
    round.changes.append((match.id, -1))
    if case .ended = match.state { return }
    liveCount -= 1
    guard case .raised(let subject) = match.state else { return }
    round.events.append(event(.cleared, match.id, subject, nil, table, at: time))
  }

  private func event(
    _ kind: AlertEvent.Kind,
    _ id: Connection.ID,
    _ subject: AlertEvent.Subject,
    _ row: Row?,
    _ table: ConnectionTable,
    at time: Timestamp
  ) -> AlertEvent {
    AlertEvent(
      kind: kind,
      rule: rule.title,
      time: time,
      wallTime: table.wall(time),
      id: id,
      subject: subject,
      row: row
    )
  }
}

extension Timestamp {
  fileprivate func later(by seconds: Double) -> Timestamp {
    shifted(by: Int64((seconds * 1e9).rounded()))
  }
}
