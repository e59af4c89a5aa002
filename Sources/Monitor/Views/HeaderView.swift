import Terminal
import Tracer

/// The lines above the table.
///
///     nettop  myhost [1 Connections] 2 3 4 5 6                12:34:56  up 3m12s
///     RX 1.23M/s  TX 12.3K/s  opened 12/s  closed 10/s        1-17 of 1,234 by RATE▼
///     1,234 connections: 1,200 ESTAB, 34 TIME-WAIT; 12 listeners
///     bpf: 1,246 sockets, 0 lost, all owners known, CPU 3.2%, memory 85.2M + 30.1M of BPF
///     Filter: pid=1234 and rtt>50ms: 23 rows (Esc clears)
///     ! 12 ends lost, last figures missing: try nice -n -10 nettop
struct HeaderView {
  /// What a line is about, the most needed first: narrow screens keep those.
  private enum Topic: Int {
    case title, filter, loss, traffic, states, health
  }

  private let interface: Interface
  private let model: Model

  init(_ interface: Interface) {
    self.interface = interface
    model = interface.model
  }

  /// The lines from the top, at most so many, for a screen of so many columns.
  func lines(limit: Int, visible: Range<Int>, width: Int) -> [StyledLine] {
    var lines: [(topic: Topic, line: StyledLine)] = [(.title, title(width))]
    if let health = model.health {
      lines.append((.traffic, traffic(visible, width)))
      lines.append((.states, states))
      let honesty = HonestyLine(health, cpuShare: model.cpuShare)
      lines.append((.health, honesty.line(width: width)))
      lines += losses(health).map { (.loss, $0) }
    }
    if !model.view.filter.isEmpty { lines.append((.filter, filter)) }
    let kept = lines.indices
      .sorted { (lines[$0].topic.rawValue, $0) < (lines[$1].topic.rawValue, $1) }
      .prefix(max(0, limit))
    return kept.sorted().map { lines[$0].line }
  }

  private func title(_ width: Int) -> StyledLine {
    let (left, right) = titleEnds(width)
    let tabs = TabBar(model.view.kind).parts(columns: room(width))
    return StyledLine(left: left + tabs, right: right, style: .bar)
  }

  /// Where the tabs of the title stand.
  func tabs(width: Int) -> [TabBar.Tab] {
    let x = titleEnds(width).left.reduce(0) { $0 + Canvas.columns(of: $1.text) }
    return TabBar(model.view.kind).tabs(x: x, columns: room(width))
  }

  /// How many columns the title leaves to the tabs.
  private func room(_ width: Int) -> Int {
    let (left, right) = titleEnds(width)
    return width - (left + right).reduce(2) { $0 + Canvas.columns(of: $1.text) }
  }

  private func titleEnds(_ width: Int) -> (left: [StyledLine.Part], right: [StyledLine.Part]) {
    var left: [StyledLine.Part] = []
    if interface.isPaused { left.append(.init(" PAUSED ", .paused)) }
    if model.view.isFrozen { left.append(.init(" FROZEN ", .paused)) }
    if model.view.followed != nil { left.append(.init(" FOLLOWING ", .paused)) }
    if let tags { left.append(.init(" \(tags) ", .paused)) }
    left.append(.init(" nettop  \(interface.host) ", .barStrong))
    guard let startedAt = model.table.startedAt else { return (left, []) }
    let time = Moment.timeOfDay(model.table.time, offset: interface.utcOffset)
    let age = Span.age(model.table.time.seconds(since: startedAt))
    let right = [StyledLine.Part("\(time)  up \(age) ", .bar)]
    // On a narrow screen the name of the view goes before the time.
    let columns = (left + right).reduce(2) { $0 + Canvas.columns(of: $1.text) }
    let isRoomy = !TabBar(model.view.kind).parts(columns: width - columns).isEmpty
    return (left, isRoomy ? right : [])
  }

  /// How many rows are tagged here, which keys act on, and how many elsewhere; `nil` for none.
  private var tags: String? {
    let (here, hidden) = (model.taggedSlots.count, model.hiddenTags)
    if here + hidden == 0 { return nil }
    let count = "\(Quantity.grouped(here)) tagged"
    return hidden == 0 ? count : "\(count), \(Quantity.grouped(hidden)) hidden"
  }

  private func traffic(_ visible: Range<Int>, _ width: Int) -> StyledLine {
    let (activity, interval) = (model.summary.activity, model.table.interval)
    let rates = interval.map { Rates(of: activity.growth, over: $0) }
    func perSecond(_ text: String?) -> String { text.map { "\($0)/s" } ?? "-" }
    func rate(_ perSecond: Double) -> String {
      Quantity.dataRate(perSecond, interface.presentation)
    }
    func count(_ number: Int) -> String {
      perSecond(interval.map { Quantity.count(UInt64((Double(number) / $0).rounded())) })
    }
    // Those without a row are not told apart by the filter.
    let hasMore = activity.surplus > 0 && !model.view.filter.isEmpty ? "+" : ""
    let parts = [
      ("RX ", perSecond((rates?.bytesReceived).map(rate))),
      ("TX ", perSecond((rates?.bytesSent).map(rate))),
      ("opened ", count(activity.opened) + hasMore),
      ("closed ", count(activity.closed) + hasMore),
    ]
    let left = parts.flatMap { label, value in
      // A field of constant width, so that nothing wanders while figures change.
      [StyledLine.Part(label), .init(value, .strong), .init(padding(of: value))]
    }
    let total = Quantity.grouped(model.count)
    let rows = visible.isEmpty ? "" : "\(visible.lowerBound + 1)-\(visible.upperBound) of \(total) "
    // What the order goes by is needed more than the place in it.
    let columns = left.reduce(2) { $0 + Canvas.columns(of: $1.text) }
    let right = ["\(rows)by \(order)", "by \(order)"].first {
      columns + Canvas.columns(of: $0) <= width
    }
    return StyledLine(left: left, right: right.map { [.init($0)] } ?? [])
  }

  /// What the order goes by.
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
    let groups = model.groupCount.map { " in \(Self.count($0, model.view.kind.noun))" } ?? ""
    let listeners = Self.count(model.summary.listeners, "listener")
    // With a filter, the figures are those of the rows of this view.
    if !model.view.filter.isEmpty, model.view.kind == .listeners {
      return StyledLine(left: [.init(listeners, .strong)])
    }
    let isCounted = model.view.filter.isEmpty || model.summary.listeners > 0
    return StyledLine(left: [
      .init(connections + groups, .strong),
      // Each of their ends is a row, and in each sum.
      .init(model.table.localConnections > 0 ? " (local ones count twice)" : ""),
      .init(list + (isCounted ? "; \(listeners)" : "")),
    ])
  }

  /// What the tracer missed, with what that means and what to do.
  private func losses(_ health: Health) -> [StyledLine] {
    let texts = [
      (health.recordsLost, "end", "lost, last figures missing: try nice -n -10 nettop"),
      (health.passesFailed, "pass", "failed: what they lack is in a later one"),
      (health.tableFull, "socket", "missed, the table is full: try a larger --capacity"),
      (health.flowsFull, "datagram", "without a row, all flows are taken: see that of the socket"),
    ]
    return texts.filter { $0.0 > 0 }.map { number, noun, hint in
      let count = Self.count(number, noun)
      return StyledLine(left: [.init("! \(count) \(hint)", .alarm)])
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

  /// `1 listener`, `1,200 listeners`.
  private static func count(_ number: some BinaryInteger, _ noun: String) -> String {
    let ending = number == 1 ? "" : noun.hasSuffix("s") ? "es" : "s"
    return "\(Quantity.grouped(number)) \(noun)\(ending)"
  }
}
