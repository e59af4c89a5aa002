package import Tracer

/// A connection in the table, with its growth over the last interval in which it changed.
package struct Row: Sendable {
  package let id: Connection.ID
  package var local: Endpoint
  package var remote: Endpoint
  /// The inode of its network namespace.
  package var netns: UInt32
  package var direction: Connection.Direction
  package var state: TCPState
  /// Its owner in the table's `owners`.
  package var owner: OwnerTable.Slot
  package var counters: Counters
  package var openedAt: Timestamp?
  package var end: Connection.End?
  /// Whether the user tagged it.
  package var isTagged = false

  /// The number of the batch that told of it first.
  let firstSample: UInt64
  /// The number of the batch that changed it last.
  var sample: UInt64
  /// What that batch added.
  var growth: Growth
  /// Over how many seconds it grew; 0 where that is unknown.
  var seconds: Double

  /// A live connection, first told of by this batch.
  init(_ connection: Connection, owner: OwnerTable.Slot, sample: UInt64) {
    id = connection.id
    local = connection.local
    remote = connection.remote
    netns = connection.netns
    direction = connection.direction
    state = connection.state
    self.owner = owner
    counters = connection.counters
    openedAt = connection.openedAt
    end = nil
    firstSample = sample
    self.sample = sample
    growth = Growth()
    seconds = 0
  }

  /// Whether it waits for connections rather than being one.
  package var isListener: Bool { state == .listen }
}
