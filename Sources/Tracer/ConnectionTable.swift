import Connections

/// What the last batches told, and what is new since: turns observations of the kernel into deltas.
///
/// Pure: it knows neither the kernel nor a clock.
struct ConnectionTable {
  private struct Entry {
    var connection: Connection
    /// Whether a batch had it.
    var told = false
    var ownerChanged = false
    var changed = false

    var isPending: Bool { !told || ownerChanged || changed }
  }

  /// Where each connection has its entry: a dictionary of the entries themselves would be half
  /// empty at their size.
  private var places: [Connection.ID: Int32] = [:]
  private var entries: [Entry?] = []
  private var free: [Int32] = []
  private struct Ended {
    var connection: Connection
    /// Whether a batch had it as live.
    var told: Bool
  }

  /// The IDs of entries with something to tell, in the order in which they came.
  private var pending: [Connection.ID] = []
  private var ended: [Ended] = []

  /// How many ends are kept for a consumer that does not ask for batches.
  private let endedLimit: Int
  /// Ends that were not kept, since the start.
  private(set) var endsDropped: UInt64 = 0

  /// Whether the kernel amends ends.
  private let isAmended: Bool
  /// Ends that were kept back once for it.
  private var held: Set<Connection.ID> = []
  /// Where among `ended` those are that are waiting for it, by cookie.
  private var awaited: [UInt64: Int] = [:]

  init(endedLimit: Int = 1 << 17, isAmended: Bool = false) {
    self.endedLimit = endedLimit
    self.isAmended = isAmended
  }

  var count: Int { places.count }

  /// The kernel's present view of a connection.
  mutating func observe(_ connection: Connection) {
    guard let place = places[connection.id].map(Int.init), var entry = entries[place] else {
      insert(Entry(connection: connection))
      pending.append(connection.id)
      return
    }
    let wasPending = entry.isPending
    if entry.connection.owner != connection.owner { entry.ownerChanged = true }
    if entry.connection.state != connection.state
      || entry.connection.counters != connection.counters
    {
      entry.changed = true
    }
    entry.connection = connection
    if !wasPending, entry.isPending { pending.append(connection.id) }
    entries[place] = entry
  }

  private mutating func insert(_ entry: Entry) {
    if let place = free.popLast() {
      entries[Int(place)] = entry
      places[entry.connection.id] = place
    } else {
      places[entry.connection.id] = Int32(entries.count)
      entries.append(entry)
    }
  }

  private mutating func remove(_ id: Connection.ID) -> Entry? {
    guard let place = places.removeValue(forKey: id) else { return nil }
    defer { entries[Int(place)] = nil }
    free.append(place)
    return entries[Int(place)]
  }

  /// The final view of a connection, which need not have been observed before.
  mutating func end(_ connection: Connection) {
    let known = remove(connection.id)
    // What a batch had is closed by one, or it stays for good: there are no more of these than
    // sockets are followed.
    guard ended.count < endedLimit || known?.told == true else {
      endsDropped += 1
      return
    }
    var connection = connection
    if let last = known?.connection {
      if let owner = last.owner { connection.owner?.succeed(owner) }
      // A socket that is closed has given its port back.
      if connection.end?.isUnseen == true {
        connection.local = last.local
        connection.remote = last.remote
      }
    }
    if awaitsAmendment(connection) { awaited[connection.id.cookie] = ended.count }
    ended.append(Ended(connection: connection, told: known?.told ?? false))
  }

  /// An end that no program saw: with the figures that were last observed, if any were.
  mutating func endUnseen(_ connection: Connection) {
    guard let place = places[connection.id].map(Int.init), var last = entries[place]?.connection
    else { return end(connection) }
    last.state = .closed
    last.owner = connection.owner ?? last.owner
    last.end = connection.end
    end(last)
  }

  /// How far back an end can be that is amended: it came at most a few records before.
  private static let amendableEnds = 64

  /// Whether a later record tells more of this end: a process that resets a connection ends it
  /// first, and sends the reset a moment later; one whose peer resets a connection closes it when it
  /// has seen that. It is waited for once.
  private func awaitsAmendment(_ connection: Connection) -> Bool {
    guard isAmended, let end = connection.end, !held.contains(connection.id) else { return false }
    let awaitsReset =
      end.error == 0 && end.reset == nil && (end.reason == .reset || end.reason == .failed)
    return awaitsReset || awaitsCloser(connection)
  }

  private func awaitsCloser(_ connection: Connection) -> Bool {
    guard connection.proto == .tcp, connection.parent == nil, connection.end?.isUnseen == false
    else { return false }
    return connection.owner.map { !$0.isProven } ?? (connection.direction == .incoming)
  }

  /// Changes the last end of a socket, if no batch has told it yet.
  mutating func amend(_ cookie: UInt64, _ change: (inout Connection) -> Void) {
    let recent = ended.indices.suffix(Self.amendableEnds)
    guard
      let index = recent.last(where: { ended[$0].connection.id.cookie == cookie })
        ?? awaited[cookie],
      ended.indices.contains(index)
    else { return }
    change(&ended[index].connection)
  }

  /// Names the process that closed a socket after its connection had ended, where no process was
  /// seen with it before.
  mutating func amend(_ cookie: UInt64, closedBy process: Process) {
    amend(cookie) { connection in
      if connection.owner?.isProven != true {
        connection.owner = Owner(process: process, source: .close)
      }
    }
  }

  /// Ends the connections whose socket is no more although no end was seen. `FlowTable` does so for
  /// those of UDP, of which a socket has many at once.
  ///
  /// - Returns: how many these are.
  @discardableResult
  mutating func reconcile(live cookies: Set<UInt64>, at now: Timestamp) -> Int {
    // A socket that connected again has left its older connection too.
    var newest: [UInt64: UInt64] = [:]
    newest.reserveCapacity(places.count)
    var gone: [Connection.ID] = []
    for (id, place) in places where entries[Int(place)]?.connection.proto != .udp {
      guard cookies.contains(id.cookie) else {
        gone.append(id)
        continue
      }
      let other = newest.updateValue(id.generation, forKey: id.cookie)
      guard let other else { continue }
      newest[id.cookie] = max(id.generation, other)
      gone.append(Connection.ID(cookie: id.cookie, generation: min(id.generation, other)))
    }
    for id in gone {
      guard let place = places[id], var connection = entries[Int(place)]?.connection
      else { continue }
      connection.state = .closed
      connection.end = Connection.End(at: now, reason: .unknown)
      end(connection)
    }
    return gone.count
  }

  /// Gives connections another owner where more is known of it now; `nil` is as it was.
  mutating func reviseOwners(_ revise: (Connection) -> Owner?) {
    for place in entries.indices {
      guard var entry = entries[place], let owner = revise(entry.connection),
        owner != entry.connection.owner
      else { continue }
      if !entry.isPending { pending.append(entry.connection.id) }
      entry.connection.owner = owner
      entry.ownerChanged = true
      entries[place] = entry
    }
  }

  /// How many sockets of TCP are followed in each network namespace, subflows of MPTCP included.
  var socketCounts: [UInt32: Int] {
    entries.reduce(into: [:]) { counts, entry in
      if let entry, entry.connection.proto == .tcp {
        counts[entry.connection.netns, default: 0] += 1
      }
    }
  }

  /// All that is new since the last call.
  mutating func takeDeltas() -> [Delta] {
    var deltas: [Delta] = []
    deltas.reserveCapacity(pending.count + ended.count)
    for id in pending {
      guard let place = places[id].map(Int.init), var entry = entries[place], entry.isPending
      else { continue }
      if !entry.told {
        deltas.append(.opened(entry.connection))
      } else {
        if entry.ownerChanged, let owner = entry.connection.owner {
          deltas.append(.owner(id, owner))
        }
        if entry.changed {
          deltas.append(.changed(id, entry.connection.state, entry.connection.counters))
        }
      }
      entry.told = true
      entry.ownerChanged = false
      entry.changed = false
      entries[place] = entry
    }
    pending.removeAll(keepingCapacity: pending.count < 65536)
    var waiting: [Ended] = []
    for var end in ended {
      guard awaitsAmendment(end.connection) else {
        deltas.append(.closed(end.connection))
        continue
      }
      // Its opening is told in time all the same.
      if !end.told { deltas.append(.opened(end.connection.asLive)) }
      end.told = true
      waiting.append(end)
    }
    ended = waiting
    held = Set(waiting.map(\.connection.id))
    awaited = Dictionary(
      waiting.indices.map { (waiting[$0].connection.id.cookie, $0) },
      uniquingKeysWith: { _, last in last }
    )
    shrink()
    return deltas
  }

  /// Gives memory back once far fewer connections are left than there were.
  private mutating func shrink() {
    guard entries.count > 4096, places.count * 4 < entries.count else { return }
    var left: [Entry?] = []
    left.reserveCapacity(places.count * 2)
    var moved: [Connection.ID: Int32] = [:]
    moved.reserveCapacity(places.count * 2)
    for case let entry? in entries {
      moved[entry.connection.id] = Int32(left.count)
      left.append(entry)
    }
    (entries, places, free) = (left, moved, [])
  }

  /// How many connections there is room for without more memory.
  var room: Int { entries.capacity }
}

extension Connection {
  /// As it was before its end.
  fileprivate var asLive: Connection {
    var live = self
    live.end = nil
    live.state = end?.neverEstablished == true ? .synSent : .established
    return live
  }
}
