import Connections
import Monitor
import StyledText
import Terminal

/// The lines above the table.
///
///     nettop  myhost [1 Conns] 2 Procs  3 Hosts  4 NetNS  5 Listen  6 Closed
///     RX 1.23M/s  TX 12.3K/s  opened 12/s  closed 10/s        1-17 of 1,234 by RATE▼
///     1,234 connections in 56 processes: 1,200 ESTAB; 12 listeners       totals since 12:34:56
///     RX ▁▁▁▂▅█▇▃▁▁▁▁▁▁▁▁▁▁▁▁▁▁ peak 4.56M/s  TX ▁▁▁▁▁▁▁▁▂▁▁▁▁▁▁▁▁▁▁▁▁▁▁ peak 99.9K/s
///     Filter: pid=1234 and rtt>50ms: 23 rows (Esc clears)
///     Highlight: rtt>50ms (H)  Counters: last interval (D)
///     ! 3 alerts, 1 live; 12:01:05 rtt>200ms nginx 10.0.0.5:443 (A)
///     ! 12 ends lost, last figures missing: try nice -n -10 nettop
struct HeaderView {
  /// What a line is about, the most needed first: narrow screens keep those.
  private enum Topic: Int {
    case title, filter, alerts, loss, signs, traffic, states, health
  }

  /// What the header shows.
  struct Facts {
    /// The name of the host.
    let host: String
    /// How many seconds local time is ahead of UTC.
    let utcOffset: Int
    let model: Model
    let presentation: Presentation
    /// Rows that it matches stand out.
    let highlight: Filter
    /// What there is to say about alerts.
    let alerts: [StyledLine]
    let isPaused: Bool
    /// When the totals of groups were reset; `nil` if they count since nettop started.
    let totalsResetAt: Timestamp?
    /// `nil` while the display is live.
    let timeline: Timeline?
    let keys: KeyMap
  }

  private let facts: Facts
  private var model: Model { facts.model }

  init(_ facts: Facts) {
    self.facts = facts
  }

  /// The lines from the top, at most this many, for a screen of this many columns.
  func lines(limit: Int, visible: Range<Int>, width: Int) -> [StyledLine] {
    var lines: [(topic: Topic, line: StyledLine)] = [(.title, title(width))]
    if let health = model.health {
      lines.append((.traffic, traffic(visible, width, health)))
      var states = states
      states.right = rightOfStates(width, states.left)
      lines.append((.states, states))
      lines.append((.health, self.health(health, width)))
      lines += losses(health, width).map { (.loss, $0) }
    }
    lines += facts.alerts.map { (.alerts, $0) }
    if !model.view.filter.isEmpty { lines.append((.filter, filter)) }
    if let signs { lines.append((.signs, signs)) }
    let kept = lines.indices
      .sorted { (lines[$0].topic.rawValue, $0) < (lines[$1].topic.rawValue, $1) }
      .prefix(max(0, limit))
    return kept.sorted().map { lines[$0].line }
  }

  private func title(_ width: Int) -> StyledLine {
    let (left, tabs, right) = titleParts(width)
    return StyledLine(left: left + tabs, right: right, style: .bar)
  }

  /// The places of the tabs in the title.
  func tabs(width: Int) -> [TabBar.Tab] {
    let (left, tabs, _) = titleParts(width)
    return TabBar.places(of: tabs, x: left.reduce(0) { $0 + SafeText.columns(of: $1.text) })
  }

  /// The parts of the title: as many words as fit. Names of views are needed more
  /// than the time and the name of the program, and these more than the whole name of the host.
  private func titleParts(
    _ width: Int
  ) -> (left: [StyledLine.Part], tabs: [StyledLine.Part], right: [StyledLine.Part]) {
    var flags: [StyledLine.Part] = []
    if facts.isPaused { flags.append(.init(" PAUSED ", .paused)) }
    if facts.timeline?.isPlaying == true { flags.append(.init(" PLAYING ", .paused)) }
    if model.view.isFrozen { flags.append(.init(" FROZEN ", .paused)) }
    if model.view.followed != nil { flags.append(.init(" FOLLOWING ", .paused)) }
    if let tags { flags.append(.init(" \(tags) ", .paused)) }
    func name(_ text: String) -> [StyledLine.Part] { flags + [.init(" \(text) ", .barStrong)] }
    var program = "nettop"
    if case .recording(let file) = facts.timeline?.origin { program = file }
    let long = name("\(program)  \(facts.host)")
    let bar = TabBar(model.view.kind)
    let right = time.map { [StyledLine.Part("  \($0)", .bar)] } ?? []
    var choices: [(left: [StyledLine.Part], TabBar.Wording, right: [StyledLine.Part])] = [
      (long, .names, right), (long, .shortNames, right), (long, .shortNames, []),
      (name(facts.host), .shortNames, []), (long, .numbers, right), (long, .numbers, []),
      (long, .current, []),
    ]
    let isPast = facts.timeline?.isEntered == true
    if isPast {
      // Nothing is needed more than the moment.
      choices =
        choices.filter { !$0.right.isEmpty } + [(flags, .numbers, right), (flags, .current, right)]
        + choices
    }
    for (left, wording, right) in choices {
      let tabs = bar.parts(wording)
      let columns = (left + tabs + right).reduce(0) { $0 + SafeText.columns(of: $1.text) }
      // What is at the right keeps a distance.
      let distance = isPast && !right.isEmpty ? 2 : 0
      if columns + distance <= width { return (left, tabs, right) }
    }
    return (long, [], [])
  }

  /// The time of the last sample, and since when there are any; of the past, when it was.
  private var time: String? {
    if let timeline = facts.timeline, timeline.isEntered {
      return timeline.moment.map { "\(Self.moment($0, now: timeline.now, facts.utcOffset)) " }
    }
    return model.table.startedAt.map { startedAt in
      let time = TimestampText.timeOfDay(
        model.table.wall(model.table.time),
        offset: facts.utcOffset
      )
      return "\(time)  up \(DurationText.age(model.table.time.seconds(since: startedAt))) "
    }
  }

  /// A moment of the past, with its date unless that is today.
  private static func moment(_ moment: Timestamp, now: Timestamp, _ offset: Int) -> String {
    let time = TimestampText.timeOfDay(moment, offset: offset)
    let dates = [moment, now].map { TimestampText.date($0, offset: offset) }
    return dates[0] == dates[1] ? time : "\(dates[0]) \(time)"
  }

  /// How many rows are tagged here, which keys act on, and how many elsewhere; `nil` for none.
  private var tags: String? {
    let (here, hidden) = (model.taggedSlots.count, model.hiddenTags)
    if here + hidden == 0 { return nil }
    let place = "hidden by this view or filter"
    if here == 0 { return "\(Quantity.grouped(hidden)) tagged, \(place)" }
    let count = "\(Quantity.grouped(here)) tagged"
    return hidden == 0 ? count : "\(count), \(Quantity.grouped(hidden)) more \(place)"
  }

  private func traffic(
    _ visible: Range<Int>,
    _ width: Int,
    _ health: SourceHealth
  ) -> StyledLine {
    let (activity, interval) = (model.summary.activity, model.table.interval)
    let rates = interval.map { Rates(of: activity.growth, over: $0) }
    func perSecond(_ text: String?) -> String { text.map { "\($0)/s" } ?? "-" }
    func rate(_ perSecond: Double) -> String {
      Quantity.dataRate(perSecond, facts.presentation)
    }
    // Samples alone do not show how many opened and ended.
    let counted = health.gaps.contains(.shortLived) ? nil : interval
    func count(_ number: Int) -> String {
      perSecond(counted.map { Quantity.count(UInt64((Double(number) / $0).rounded())) })
    }
    let parts = [
      ("RX ", perSecond((rates?.bytesReceived).map(rate))),
      ("TX ", perSecond((rates?.bytesSent).map(rate))),
      ("opened ", count(activity.opened)),
      ("closed ", count(activity.closed)),
    ]
    let left = parts.flatMap { label, value in
      // A field of constant width, so that nothing wanders while figures change.
      [StyledLine.Part(label), .init(value, .strong), .init(padding(of: value))]
    }
    let total = Quantity.grouped(model.count)
    let rows = visible.isEmpty ? "" : "\(visible.lowerBound + 1)-\(visible.upperBound) of \(total) "
    // The sort column is needed more than the position.
    let columns = left.reduce(2) { $0 + SafeText.columns(of: $1.text) }
    let right = ["\(rows)by \(order)", "by \(order)"].first {
      columns + SafeText.columns(of: $0) <= width
    }
    return StyledLine(left: left, right: right.map { [.init($0)] } ?? [])
  }

  /// The sort column and its direction.
  private var order: String {
    let sort = model.view.sort
    return "\(Column.with(sort.column).title)\(sort.isDescending ? "▼" : "▲")"
  }

  private func padding(of value: String) -> String {
    String(repeating: " ", count: max(2, 9 - value.count))
  }

  private var states: StyledLine {
    let summary = model.summary
    var counted = SocketState.allCases
      .filter { !$0.isListening && summary[$0] > 0 }
      .map { "\(Quantity.grouped(summary[$0])) \($0.name)" }
    if summary.flows > 0 { counted.append("\(Quantity.grouped(summary.flows)) UDP") }
    let list = counted.isEmpty ? "" : ": \(counted.joined(separator: ", "))"
    let connections = Self.count(model.summary.connections, "connection")
    let groups = model.summary.groups.map { " in \(Self.count($0, model.view.kind.noun))" } ?? ""
    let listeners = Self.count(model.summary.listeners, "listener")
    // With a filter, the figures are those of the rows of this view.
    if !model.view.filter.isEmpty, model.view.kind == .listeners {
      return StyledLine(left: [.init(listeners, .strong)])
    }
    let isCounted = model.view.filter.isEmpty || model.summary.listeners > 0
    let countsTwice = model.summary.connections > 0 && model.table.localConnections > 0
    return StyledLine(left: [
      .init(connections + groups, .strong),
      // Each of their ends is a row, and in each sum.
      .init(countsTwice ? " (local ones count twice)" : ""),
      .init(list + (isCounted ? "; \(listeners)" : "")),
    ])
  }

  /// In a view of groups since when these count, which is not since their connections were opened;
  /// otherwise the time, if the names of the views leave no space for it in the title.
  private func rightOfStates(_ width: Int, _ left: [StyledLine.Part]) -> [StyledLine.Part] {
    var texts: [String] = []
    if let since = totalsSince {
      let time = TimestampText.timeOfDay(since, offset: facts.utcOffset)
      let date = TimestampText.date(since, offset: facts.utcOffset)
      let now = model.table.wall(model.table.time)
      let moments =
        date == TimestampText.date(now, offset: facts.utcOffset)
        ? [time, String(time.prefix(5))] : ["\(date) \(time)", "\(date) \(time.prefix(5))", date]
      texts = moments.prefix(1).map { "group totals since \($0)" }
      texts += moments.map { "totals since \($0)" }
    }
    if let time, titleParts(width).right.isEmpty { texts.append(time) }
    let columns = left.reduce(2) { $0 + SafeText.columns(of: $1.text) }
    let text = texts.first { columns + SafeText.columns(of: $0) <= width }
    return text.map { [.init($0)] } ?? []
  }

  /// Since when groups count, by the wall clock; `nil` where none of their totals is shown.
  private var totalsSince: Timestamp? {
    guard model.view.kind.grouping != nil, facts.presentation.figures == .totals else { return nil }
    return (facts.totalsResetAt ?? model.table.startedAt).map(model.table.wall)
  }

  /// What the source has lost, and what to do about it if that fits.
  private func losses(_ health: SourceHealth, _ width: Int) -> [StyledLine] {
    health.losses.filter(\.kind.isAlarming).map { loss in
      let text = loss.advice.count + 3 <= width ? loss.advice : loss.text
      return StyledLine(left: [.init("! \(text)", .alarm)])
    }
  }

  private var filter: StyledLine {
    let rows = Self.count(model.count, "row")
    return StyledLine(left: [
      .init("Filter: ", .strong),
      .init(model.view.filter.text, .strong),
      .init(": \(rows) (Esc clears)"),
    ])
  }

  /// Modes that are easily forgotten, each with the key that turns it off.
  private var signs: StyledLine? {
    func key(_ command: Command) -> String {
      facts.keys.keys(of: command).first.map { " (\($0.name))" } ?? ""
    }
    var parts: [StyledLine.Part] = []
    if !facts.highlight.isEmpty {
      parts.append(.init("Highlight: ", .strong))
      parts.append(.init(facts.highlight.text, .highlighted))
      parts.append(.init(key(.highlight) + "  "))
    }
    if facts.presentation.figures == .deltas {
      parts.append(.init("Counters: ", .strong))
      parts.append(.init("last interval\(key(.deltas))"))
    }
    return parts.isEmpty ? nil : StyledLine(left: parts)
  }

  /// What is lost, limited or unknown; if nothing is, or beside it, the recent traffic of the host.
  private func health(_ health: SourceHealth, _ width: Int) -> StyledLine {
    let graph = TrafficGraph(model.traffic, facts.presentation)
    let summary = HealthLine(health, cpuShare: model.cpuShare)
    guard summary.isNeeded else { return graph.line(width: width) }
    var line = summary.line(width: width)
    let room = width - line.left.reduce(2) { $0 + SafeText.columns(of: $1.text) }
    if room >= TrafficGraph.leastColumns {
      line.right = graph.line(width: min(room, TrafficGraph.besideColumns)).left
    }
    return line
  }

  /// `1 listener`, `1,200 listeners`.
  private static func count(_ number: some BinaryInteger, _ noun: String) -> String {
    let ending = number == 1 ? "" : noun.hasSuffix("s") ? "es" : "s"
    return "\(Quantity.grouped(number)) \(noun)\(ending)"
  }
}
