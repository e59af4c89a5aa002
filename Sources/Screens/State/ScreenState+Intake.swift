package import Connections
import Monitor

/// Large batches, which are taken in beside the screen: keys change the state meanwhile.
extension ScreenState {
  /// What a batch changes and a key does not.
  package struct Intake: Sendable {
    fileprivate var live: Model
    fileprivate var alerts: AlertBoard

    /// With the batch. It takes a while, and needs no more of the state than this.
    package consuming func applying(_ batch: Batch) -> Intake {
      live.apply(batch)
      alerts.update(live)
      return self
    }
  }

  /// What keys did to the connections themselves while a batch was taken in.
  struct Meanwhile: Sendable {
    fileprivate var changes: [@Sendable (inout Model) -> Void] = []
    /// Whether totals were set back.
    var resetsTotals = false
    /// Whether the alerts so far were looked at.
    var readsAlerts = false

    mutating func append(_ change: @escaping @Sendable (inout Model) -> Void) {
      changes.append(change)
    }
  }

  /// A key can wait for a batch that is smaller: a copy of the table would take as long.
  private static let leastLarge = 4096
  /// Likewise for the rows that there are for each delta.
  private static let mostRowsPerDelta = 16

  /// Whether keys should not wait for a batch.
  package func isLarge(_ batch: Batch) -> Bool {
    let rows = Int(live.table.bound)
    // The first batch of a pause copies the rows, whatever its size.
    if sharesRows, frozen != nil, rows >= Self.leastLarge { return true }
    return batch.deltas.count >= max(Self.leastLarge, rows / Self.mostRowsPerDelta)
  }

  /// Begins to take a batch in. One at a time is: `finish` follows.
  package mutating func beginIntake() -> Intake {
    meanwhile = Meanwhile()
    return Intake(live: live, alerts: alerts)
  }

  /// Shows a batch that was taken in, with what keys did meanwhile as if they had come after it.
  package mutating func finish(_ intake: Intake, of batch: Batch) {
    let meanwhile = meanwhile.take() ?? Meanwhile()
    let view = live.view
    live = intake.live
    alerts = intake.alerts
    for change in meanwhile.changes { change(&live) }
    live.view = view
    if meanwhile.resetsTotals { totalsResetAt = live.table.time }
    if meanwhile.readsAlerts, !alerts.isNew { alerts.markRead() }
    show(after: batch)
  }
}
