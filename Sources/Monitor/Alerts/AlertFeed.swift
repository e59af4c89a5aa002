package import Connections

/// Alerts of batches, for whoever has no table of connections of its own.
package struct AlertFeed: Sendable {
  package private(set) var engine: AlertEngine
  private var table = ConnectionTable(retention: .sample)

  package init(_ rules: [AlertRule]) {
    engine = AlertEngine(rules)
  }

  /// The events that a batch brings, in the order of time.
  package mutating func apply(_ batch: Batch) -> [AlertEvent] {
    if engine.rules.isEmpty { return [] }
    _ = table.apply(batch)
    let touched = table.takeDirty()
    defer { table.clean(touched) }
    return engine.update(table, touched: touched)
  }
}
