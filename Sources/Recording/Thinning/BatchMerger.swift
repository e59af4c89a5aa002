import Connections

/// Makes one batch of several that follow each other: what the last of them left, with all that began
/// and ended in between. What the deltas add together stays the same.
struct BatchMerger {
  /// What was reported of a connection in the batches that are merged. An object, since there can be
  /// 100,000 of them, and a dictionary has room for more values than it has.
  private final class Entry {
    var upsert: Connection?
    var owner: Owner?
    var counters: (state: SocketState, counters: Counters)?
    var ended: Connection?
    var growth = ByteGrowth()
  }

  /// An object for the same reason.
  private final class Known {
    var connection: Connection

    init(_ connection: Connection) { self.connection = connection }
  }

  /// Each connection as the batches so far left it.
  private var known: [Connection.ID: Known] = [:]
  /// What is merged at present, in the order in which it was first reported.
  private var order: [Connection.ID] = []
  private var entries: [Connection.ID: Entry] = [:]
  private var namespaces: [UInt32: NetworkNamespace] = [:]
  /// The last batch that is merged, without its deltas.
  private var last: (id: Int64, batch: Batch)?

  /// Takes over what a keyframe has, which stays as it is.
  mutating func begin(with keyframe: RecordedBatch) {
    for case .upsert(let connection) in keyframe.batch.deltas {
      known[connection.id] = Known(connection)
    }
  }

  /// Merges batches; `nil` if there is none.
  mutating func merge(_ batches: [RecordedBatch]) -> RecordedBatch? {
    for batch in batches { add(batch) }
    return finish()
  }

  /// Takes in a batch that follows the last one.
  mutating func add(_ recorded: RecordedBatch) {
    for (delta, bytes) in zip(recorded.batch.deltas, recorded.growth) {
      // Not an argument: the dictionary would be copied, as the call has this value already.
      let entry = entry(of: delta.connectionID)
      fold(delta, bytes, into: entry)
    }
    for namespace in recorded.batch.namespaces { namespaces[namespace.inode] = namespace }
    last = (recorded.id, recorded.batch.replacing(deltas: [], namespaces: []))
  }

  /// The batch that all of them since the last call become; `nil` if there was none.
  mutating func finish() -> RecordedBatch? {
    guard let last else { return nil }
    defer { (order, entries, namespaces, self.last) = ([], [:], [:], nil) }
    var deltas: [Delta] = []
    var growth: [ByteGrowth] = []
    func add(_ delta: Delta, _ bytes: ByteGrowth = ByteGrowth()) {
      deltas.append(delta)
      growth.append(bytes)
    }
    for id in order {
      guard let entry = entries[id] else { continue }
      if let connection = entry.upsert { add(.upsert(connection)) }
      if let owner = entry.owner { add(.annotated(id, owner)) }
      if let (state, counters) = entry.counters { add(.counters(id, state, counters)) }
      if let connection = entry.ended { add(.ended(connection)) }
      if let index = deltas.indices.last, deltas[index].connectionID == id {
        growth[index] += entry.growth
      }
      remember(id, entry)
    }
    let all = namespaces.values.sorted { $0.inode < $1.inode }
    return RecordedBatch(
      id: last.id,
      batch: last.batch.replacing(deltas: deltas, namespaces: all),
      growth: growth
    )
  }

  private mutating func entry(of id: Connection.ID) -> Entry {
    if let entry = entries[id] { return entry }
    let entry = Entry()
    entries[id] = entry
    order.append(id)
    return entry
  }

  private func fold(_ delta: Delta, _ growth: ByteGrowth, into entry: Entry) {
    entry.growth += growth
    switch delta {
    case .upsert(let connection):
      if entry.ended != nil { return }
      let before = entry.upsert ?? known[connection.id]?.connection
      if entry.upsert == nil, let before, before.hasFacts(of: connection) {
        // A keyframe between the merged batches repeats what is known.
        if let owner = connection.owner, owner != (entry.owner ?? before.owner) {
          entry.owner = owner
        }
        let counters = entry.counters ?? (before.state, before.counters)
        if counters != (connection.state, connection.counters) {
          entry.counters = (connection.state, connection.counters)
        }
      } else {
        var connection = connection
        connection.owner = connection.owner ?? entry.owner ?? before?.owner
        entry.upsert = connection
        entry.owner = nil
        entry.counters = nil
      }
    case .annotated(_, let owner):
      if entry.ended != nil {
        entry.ended?.owner = owner
      } else if entry.upsert != nil {
        entry.upsert?.owner = owner
      } else {
        entry.owner = owner
      }
    case .counters(_, let state, let counters):
      if entry.ended != nil { return }
      if entry.upsert != nil {
        entry.upsert?.state = state
        entry.upsert?.counters = counters
      } else {
        entry.counters = (state, counters)
      }
    case .ended(let connection):
      if entry.ended != nil { return }
      if let upsert = entry.upsert.take() {
        // Nobody saw it open: its end is the first report of it.
        entry.ended = connection.ended(after: upsert)
      } else {
        entry.ended = connection
        if connection.counters != .absent { entry.counters = nil }
        if connection.owner != nil { entry.owner = nil }
      }
    }
  }

  private mutating func remember(_ id: Connection.ID, _ entry: Entry) {
    if entry.ended != nil {
      known[id] = nil
      return
    }
    if let upsert = entry.upsert { known[id] = Known(upsert) }
    if let owner = entry.owner { known[id]?.connection.owner = owner }
    if let (state, counters) = entry.counters {
      known[id]?.connection.state = state
      known[id]?.connection.counters = counters
    }
  }
}

extension Batch {
  /// One of the same moment with other deltas, which is no keyframe.
  fileprivate func replacing(deltas: [Delta], namespaces: [NetworkNamespace]) -> Batch {
    Batch(
      sequence: sequence,
      isKeyframe: false,
      boot: boot,
      time: time,
      wallOffset: wallOffset,
      deltas: deltas,
      namespaces: namespaces,
      health: health
    )
  }
}

extension Delta {
  /// The connection that it is about.
  fileprivate var connectionID: Connection.ID {
    switch self {
    case .upsert(let connection), .ended(let connection): connection.id
    case .counters(let id, _, _), .annotated(let id, _): id
    }
  }
}

extension Connection {
  /// Whether all that seldom changes is the same.
  fileprivate func hasFacts(of other: Connection) -> Bool {
    proto == other.proto && parent == other.parent && local == other.local
      && remote == other.remote && netns == other.netns && direction == other.direction
      && openedAt == other.openedAt
  }
}
