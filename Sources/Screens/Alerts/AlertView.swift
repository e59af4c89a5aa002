import Connections
import Monitor
import StyledText
import Terminal

/// What the screen shows of alerts.
struct AlertView {
  let alerts: ShownAlerts
  /// How many seconds local time is ahead of UTC.
  let utcOffset: Int

  /// The newest alert and their number, for the header; `nil` if there is nothing to say.
  ///
  ///     ! 3 alerts, 1 live; 12:01:05 rtt>200ms nginx 10.0.0.5:443 (A)
  ///     ! 2 alerts, 1 later; 12:00:31 rtt>200ms curl 192.0.2.1:443 (A)
  func line(key: String?) -> StyledLine? {
    guard let text else { return nil }
    let isUrgent = alerts.isUnread || (alerts.counts?.live ?? 0) > 0
    return StyledLine(left: [
      .init(SafeText.sanitized("! \(text)"), isUrgent ? .alarm : .plain),
      .init(key.map { " (\($0))" } ?? ""),
    ])
  }

  private var text: String? {
    guard let counts = alerts.counts else { return "The alerts of this moment are not kept" }
    let later = alerts.later > 0 ? "\(Quantity.grouped(alerts.later)) later" : nil
    guard counts.raised > 0 else { return later.map { "No alerts by this moment, \($0)" } }
    let since = alerts.since.map { " since \(timeOfDay($0))" } ?? ""
    let number = "\(Quantity.grouped(counts.raised)) \(counts.raised == 1 ? "alert" : "alerts")"
    let parts = [
      number + since, counts.live > 0 ? "\(Quantity.grouped(counts.live)) live" : nil,
      counts.suppressed > 0 ? "\(Quantity.grouped(counts.suppressed)) more not listed" : nil,
      later,
    ]
    let newest = alerts.entries.last.map {
      "; \(timeOfDay($0.raisedAt)) \($0.rule) \($0.subject.text)"
    }
    return parts.compactMap(\.self).joined(separator: ", ") + (newest ?? "")
  }

  /// The last alerts, the newest first, on a screen of this many columns: rules give way to the rest.
  func box(_ pane: AlertPane, width screenWidth: Int) -> BoxView {
    let entries = Array(alerts.entries.reversed())
    let ownerWidth = width(of: entries.map(owner), atMost: 24)
    let endWidth = width(of: entries.map { "\($0.subject.endpoint)" }, atMost: 60)
    let others = 8 + ownerWidth + endWidth + width(of: entries.map(state), atMost: 20) + 4 * 2
    let room = screenWidth - 2 * BoxView.margin - others
    let ruleWidth = width(of: entries.map(\.rule), atMost: min(40, max(10, room)))
    let lines = entries.map { entry in
      let words = [
        timeOfDay(entry.raisedAt), padded(entry.rule, ruleWidth),
        padded(owner(entry), ownerWidth), padded("\(entry.subject.endpoint)", endWidth),
        state(entry),
      ]
      return BoxView.Line(
        text: words.joined(separator: "  "),
        style: entry.isLive ? .alarm : .plain
      )
    }
    return BoxView(
      title: title,
      head: notes,
      lines: lines.isEmpty ? [BoxView.Line(text: emptiness)] : lines,
      cursor: lines.isEmpty ? nil : pane.position(entries),
      hint: lines.isEmpty ? "Esc Back" : "Enter Go to connection  Esc Back"
    )
  }

  private var title: String {
    let since = alerts.since.map { " since \(timeOfDay($0))" } ?? ""
    let moment = alerts.moment.map { " up to \(timeOfDay($0))" } ?? ""
    return "Alerts\(since)\(moment), the newest first"
  }

  /// Why the list is empty.
  private var emptiness: String {
    if !alerts.hasRules { return "No alerts are set: use --alert, or [[alert]] in the settings" }
    return alerts.moment == nil ? "No alert was raised yet" : "No alert was raised by then"
  }

  /// What is missing in the list.
  private var notes: [BoxView.Line] {
    var notes: [String] = []
    func add(_ number: some BinaryInteger, _ text: String) {
      if number > 0 { notes.append("\(Quantity.grouped(number)) \(text)") }
    }
    if let counts = alerts.counts {
      add(counts.raised - alerts.entries.count, "older ones are not kept")
      add(counts.suppressed, "not listed: too many at once")
      add(counts.unseenEnds, "ends not checked: too many at once")
      add(alerts.later, "later ones are not listed")
    } else {
      notes.append("The alerts of this moment are not kept")
    }
    return notes.map { BoxView.Line(text: $0, style: .strong) }
  }

  private func timeOfDay(_ moment: Timestamp) -> String {
    TimestampText.timeOfDay(moment, offset: utcOffset)
  }

  private func state(_ entry: AlertBoard.Entry) -> String {
    if let clearedAt = entry.clearedAt {
      return "until \(timeOfDay(clearedAt))"
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
