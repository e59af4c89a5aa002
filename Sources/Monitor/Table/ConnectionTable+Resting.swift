import Connections

/// A table that nobody looks at as a whole holds the rows of a batch, and all others at rest.
extension ConnectionTable {
  /// Whether a connection has a row, at rest or not.
  func has(_ id: Connection.ID) -> Bool {
    rows.slot(of: id) != nil || resting?.has(id) == true
  }

  /// Gives the connections of a batch their rows.
  mutating func wake(_ deltas: [Delta]) {
    if resting == nil { return }
    for delta in deltas {
      switch delta {
      case .upsert(let connection), .ended(let connection): wake(connection.id)
      case .counters(let id, _, _), .annotated(let id, _): wake(id)
      }
    }
  }

  private mutating func wake(_ id: Connection.ID) {
    if let row = resting?.remove(id) { _ = place(row) }
  }

  /// Gives all connections their rows, except for some.
  mutating func wakeAll(except present: Set<Connection.ID> = []) {
    for id in resting?.ids ?? [] where !present.contains(id) { wake(id) }
  }

  /// Takes the rows of connections away that live and refer to nothing, as nothing more is asked about
  /// them until a batch has them again.
  mutating func rest() {
    if resting == nil { return }
    var live: [Connection.ID] = []
    var left: [Row] = []
    for slot in 0..<bound where rows.isUsed(slot) {
      rows.values[Int(slot)].forgetChange()
      let row = rows.values[Int(slot)]
      guard row.end == nil else { continue }
      live.append(row.id)
      if row.isPlain { resting?.insert(row) } else { left.append(row) }
    }
    // The slot that is freed last is taken first: those that stay have the lowest, so that the memory
    // behind them can be given back.
    for id in live.reversed() { rows.remove(id) }
    for row in left { _ = place(row) }
    resting?.shrink()
  }

  /// Calls `body` with each row, at rest or not.
  func forEachRow(_ body: (Row) -> Void) {
    for row in rows.all { body(row) }
    resting?.readAll(body)
  }
}
