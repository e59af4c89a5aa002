import Connections
import Monitor
import StyledText
import Terminal

/// What the screen shows of alerts.
struct AlertView {
  let board: AlertBoard
  /// How many seconds local time is ahead of UTC.
  let utcOffset: Int

  /// The newest alert and their number, for the header; `nil` before the first.
  ///
  ///     ! 3 alerts, 1 live; 12:01:05 rtt>200ms nginx 10.0.0.5:443 (A)
  func line(key: String?) -> StyledLine? {
    guard board.count > 0, let newest = board.entries.last else { return nil }
    let alerts = "\(Quantity.grouped(board.count)) \(board.count == 1 ? "alert" : "alerts")"
    let suppressed = board.engine.suppressed
    let counts = [
      alerts,
      board.engine.liveCount > 0 ? "\(Quantity.grouped(board.engine.liveCount)) live" : nil,
      suppressed > 0 ? "\(Quantity.grouped(suppressed)) more not listed" : nil,
    ]
    let time = TimestampText.timeOfDay(newest.raisedAt, offset: utcOffset)
    let text =
      "! \(counts.compactMap(\.self).joined(separator: ", ")); "
      + "\(time) \(newest.rule) \(newest.subject.text)"
    let isUrgent = board.hasNews || board.engine.liveCount > 0
    return StyledLine(left: [
      .init(SafeText.sanitized(text), isUrgent ? .alarm : .plain),
      .init(key.map { " (\($0))" } ?? ""),
    ])
  }

  /// The last alerts, the newest first.
  func box(_ pane: AlertPane) -> BoxView {
    let entries = Array(board.entries.reversed())
    let ruleWidth = width(of: entries.map(\.rule), atMost: 40)
    let ownerWidth = width(of: entries.map(owner), atMost: 24)
    let endWidth = width(of: entries.map { "\($0.subject.endpoint)" }, atMost: 60)
    let lines = entries.map { entry in
      let words = [
        TimestampText.timeOfDay(entry.raisedAt, offset: utcOffset),
        padded(entry.rule, ruleWidth), padded(owner(entry), ownerWidth),
        padded("\(entry.subject.endpoint)", endWidth), state(entry),
      ]
      return BoxView.Line(
        text: words.joined(separator: "  "),
        style: entry.isLive ? .alarm : .plain
      )
    }
    let empty =
      board.engine.rules.isEmpty
      ? "No alerts are set: use --alert, or [[alert]] in the settings" : "No alert was raised yet"
    return BoxView(
      title: "Alerts, the newest first",
      head: notes,
      lines: lines.isEmpty ? [BoxView.Line(text: empty)] : lines,
      cursor: lines.isEmpty ? nil : pane.position(entries),
      hint: lines.isEmpty ? "Esc Back" : "Enter Go to connection  Esc Back"
    )
  }

  /// What is missing in the list.
  private var notes: [BoxView.Line] {
    let engine = board.engine
    var notes: [String] = []
    let left = board.count - board.entries.count
    if left > 0 { notes.append("\(Quantity.grouped(left)) older ones are not kept") }
    if engine.suppressed > 0 {
      notes.append("\(Quantity.grouped(engine.suppressed)) not listed: too many at once")
    }
    if engine.unseenEnds > 0 {
      notes.append("\(Quantity.grouped(engine.unseenEnds)) ends not checked: too many at once")
    }
    return notes.map { BoxView.Line(text: $0, style: .strong) }
  }

  private func state(_ entry: AlertBoard.Entry) -> String {
    if let clearedAt = entry.clearedAt {
      return "until \(TimestampText.timeOfDay(clearedAt, offset: utcOffset))"
    }
    return entry.isLive ? "live" : ""
  }

  private func owner(_ entry: AlertBoard.Entry) -> String {
    let name = entry.subject.process ?? "-"
    return entry.subject.pid.map { "\(name)/\($0)" } ?? name
  }

  private func width(of texts: [String], atMost limit: Int) -> Int {
    min(limit, texts.map { SafeText.columns(of: SafeText.sanitized($0)) }.max() ?? 0)
  }

  private func padded(_ text: String, _ width: Int) -> String {
    let cut = SafeText.cut(SafeText.sanitized(text), toColumns: width)
    return cut + String(repeating: " ", count: max(0, width - SafeText.columns(of: cut)))
  }
}
