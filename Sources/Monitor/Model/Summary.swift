package import Connections

/// Totals of the rows that a filter leaves.
package struct Summary: Hashable, Sendable {
  /// How many live connections and listeners are in each state, by the state's number, and flows
  /// of UDP.
  private let tallies: [Int]
  package var activity: ConnectionTable.Activity
  /// How many groups have a live connection; `nil` in a view without groups.
  package internal(set) var groups: Int?

  /// How many live connections there are.
  package var connections: Int { tallies.reduce(0, +) - listeners }

  package var listeners: Int {
    SocketState.allCases.reduce(0) { $1.isListening ? $0 + self[$1] : $0 }
  }

  /// How many flows of UDP are live.
  package var flows: Int { tallies[Tally.flow] }

  /// How many live connections or listeners are in a state; flows of UDP have none.
  package subscript(state: SocketState) -> Int { tallies[Int(state.rawValue)] }

  /// Of the whole table.
  init(_ table: ConnectionTable) {
    tallies = table.tallies
    activity = table.activity
  }

  /// Of the rows that are shown.
  ///
  /// - Parameter retired: of a view of live connections, what the last batch brought of those that
  ///   left it in the same batch.
  init(_ table: ConnectionTable, _ shown: ShownRows, retired: ConnectionTable.Activity?) {
    tallies = shown.tallies
    activity = retired ?? ConnectionTable.Activity()
    table.forEach(table.changed) { facts, row, slot in
      guard facts.isUsed, shown[slot], retired == nil || !facts.hasRetired else { return }
      activity.add(row, in: table.samples)
    }
  }
}
