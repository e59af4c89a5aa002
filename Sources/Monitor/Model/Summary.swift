import Tracer

/// What the rows that a filter leaves come to.
package struct Summary: Hashable, Sendable {
  /// How many live connections and listeners are in each state, by the state's number.
  package var states: [Int]
  package var activity: ConnectionTable.Activity

  /// How many live connections there are.
  package var connections: Int { states.reduce(0, +) - listeners }

  package var listeners: Int {
    SocketState.allCases.reduce(0) { $1.isListening ? $0 + states[Int($1.rawValue)] : $0 }
  }

  /// Of the whole table.
  init(_ table: ConnectionTable) {
    states = table.states
    activity = table.activity
  }

  /// Of the rows that are shown.
  init(_ table: ConnectionTable, _ shown: ShownRows) {
    states = shown.states
    activity = ConnectionTable.Activity()
    for slot in table.changed where shown[slot] {
      guard let row = table[slot], row.sample == table.samples, row.isCounted else { continue }
      if row.seconds > 0 { activity.growth += row.growth }
      if row.firstSample == table.samples, row.openedAt != nil, !row.isListener {
        activity.opened += 1
      }
      if row.end != nil { activity.closed += 1 }
    }
    // These had no row that a filter could have looked at.
    activity.surplus = table.activity.surplus
  }
}
