import Connections
import Monitor
import StyledText
import Terminal

/// Alerts on the screen. They go on while the display is paused; in the past, those of its moment are
/// shown.
extension ScreenState {
  /// Whether the terminal's bell has to ring for the last batch.
  package var ringsBell: Bool { base.ringsBell && alerts.isNew }

  /// The alerts of what is on the screen.
  var shownAlerts: ShownAlerts {
    guard let timeline, timeline.isEntered else { return alerts.shown }
    var shown = timeline.isOfRecording ? alerts.shown : alerts.shown(at: model.table.time)
    shown.moment = timeline.moment
    if timeline.isOfRecording { shown.since = alerts.beginning }
    return shown
  }

  /// Opens the list of the last alerts.
  mutating func showAlerts() {
    panes.append(.alerts(AlertPane()))
    markAlertsRead()
  }

  /// Notes that the list of alerts was looked at, if it has the newest of them.
  private mutating func markAlertsRead() {
    if shownAlerts.later == 0 {
      alerts.markRead()
      meanwhile?.readsAlerts = true
    }
  }

  mutating func performInAlerts(_ command: Command, _ pane: AlertPane) {
    let entries = Array(shownAlerts.entries.reversed())
    markAlertsRead()
    switch command {
    case .back: panes.removeLast()
    case .open:
      panes.removeLast()
      let position = pane.position(entries)
      if entries.indices.contains(position) { select(entries[position].connection) }
    default:
      var pane = pane
      pane.move(command, page: layout.pageRows, entries)
      panes[panes.count - 1] = .alerts(pane)
    }
  }

  /// Selects a connection where it is shown: in this view, or else among all or the closed ones.
  private mutating func select(_ id: Connection.ID) {
    guard let slot = model.table.slot(of: id), let row = model.table[slot] else {
      return tell("This connection is no longer kept")
    }
    if model.position(of: id) == nil {
      go(to: row.isListener ? .listeners : row.end == nil || row.lingers ? .connections : .closed)
    }
    guard let position = model.position(of: id) else {
      return tell("The filter hides this connection")
    }
    select { $0.select(position, of: $1) }
    stopFollowing()
  }

  var alertView: AlertView { AlertView(alerts: shownAlerts, utcOffset: utcOffset) }

  /// What the header says about alerts, and about filters that find new destinations no longer.
  var alertLines: [StyledLine] {
    let newest = alertView.line(key: keys.keys(of: .alerts).first?.name)
    let isAsked =
      view.filter.asksForNewDestinations || alerts.engine.asksForNewDestinations
      || highlights.contains { $0.filter.asksForNewDestinations }
    let loss = isAsked ? model.table.destinationLoss : nil
    let warning = loss.map { StyledLine(left: [.init("! \($0.text)", .alarm)]) }
    return [newest, warning].compactMap(\.self)
  }
}
