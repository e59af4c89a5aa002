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
    var lines: [(topic: Topic, line: StyledLine)] = [(.title, TitleLine(facts).line(width: width))]
    if let health = model.health {
      lines.append((.traffic, traffic(visible, width, health)))
      var states = states(width)
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

  /// The places of the tabs in the title.
  func tabs(width: Int) -> [TabBar.Tab] { TitleLine(facts).tabs(width: width) }

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
    var room = width
    let fitting = parts.prefix { label, value in
      room -= label.count + value.count
      defer { room -= padding(of: value).count }
      return room >= 0
    }
    var left = fitting.flatMap { label, value in
      // A field of constant width, so that nothing wanders while figures change.
      [StyledLine.Part(label), .init(value, .strong), .init(padding(of: value))]
    }
    if StyledLine.columns(of: left) > width { _ = left.popLast() }
    let total = Quantity.grouped(model.count)
    let rows = visible.isEmpty ? "" : "\(visible.lowerBound + 1)-\(visible.upperBound) of \(total) "
    // The sort column is needed more than the position.
    let columns = StyledLine.columns(of: left) + 2
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

  /// As many states as fit: how many connections and listeners there are is needed more.
  private func states(_ width: Int) -> StyledLine {
    let summary = model.summary
    let connections = Self.count(summary.connections, "connection")
    let groups = summary.groups.map { " in \(Self.count($0, model.view.kind.noun))" } ?? ""
    let listeners = Self.count(summary.listeners, "listener")
    // With a filter, the figures are those of the rows of this view.
    if !model.view.filter.isEmpty, model.view.kind == .listeners {
      return StyledLine(left: [.init(listeners, .strong)])
    }
    let isCounted = model.view.filter.isEmpty || summary.listeners > 0
    let end = isCounted ? "; \(listeners)" : ""
    var states = SocketState.allCases
      .filter { !$0.isListening && summary[$0] > 0 }
      .map { "\(Quantity.grouped(summary[$0])) \($0.name)" }
    if summary.flows > 0 { states.append("\(Quantity.grouped(summary.flows)) UDP") }
    func line(_ note: String, _ states: [String]) -> StyledLine {
      let list = states.isEmpty ? "" : ": \(states.joined(separator: ", "))"
      return StyledLine(left: [
        .init(connections + groups, .strong), .init(note), .init(list + end),
      ])
    }
    // Each of their ends is a row, and in each sum.
    let countsTwice = summary.connections > 0 && model.table.localConnections > 0
    let lines =
      [line(countsTwice ? " (local ones count twice)" : "", states), line("", states)]
      + states.indices.reversed().map { line("", states.prefix($0) + ["…"]) } + [line("", [])]
    return lines.first { $0.columns <= width }
      ?? StyledLine(left: [.init(connections + groups, .strong)])
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
    if let time = TitleLine(facts).timeElsewhere(width: width) { texts.append(time) }
    let columns = StyledLine.columns(of: left) + 2
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
    let room = width - line.columns - 2
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
