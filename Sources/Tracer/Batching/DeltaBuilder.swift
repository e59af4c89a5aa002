import Connections

/// Turns observations of the kernel into deltas. Of a connection that a batch had, it keeps no more
/// than what the next delta needs: figures and addresses are the reader's.
///
/// Pure: it knows neither the kernel nor a clock.
struct DeltaBuilder {
  /// What is kept of a connection from batch to batch.
  private struct Entry: Slotted {
    /// What stands for no place among `pending`.
    private static let none: Int32 = -1

    let id: Connection.ID
    /// Of the state and the figures that were last observed: the kernel half reports some twice.
    var fingerprint: Int
    let netns: UInt32
    var owner: OwnerTable.Slot
    private var place: Int32
    let proto: TransportProtocol
    /// Whether a batch had it.
    var isReported = false

    init(_ connection: Connection, owner: OwnerTable.Slot, fingerprint: Int, pending: Int32) {
      id = connection.id
      netns = connection.netns
      proto = connection.proto
      self.owner = owner
      self.fingerprint = fingerprint
      place = pending
    }

    /// Where among `pending` it is; `nil` if there is nothing to report.
    var pending: Int32? {
      get { place == Self.none ? nil : place }
      set { place = newValue ?? Self.none }
    }

    var slotKey: Connection.ID? { id }
  }

  /// What the next batch reports of a connection.
  private struct Pending {
    let id: Connection.ID
    /// Its present view, if more than the owner is new.
    var connection: Connection?
    /// Its owner, if that is new.
    var owner: Owner?
    /// Whether a batch is to have it whole, although one had it before.
    var isWhole = false
    /// Whether it ended meanwhile, so that nothing else is reported.
    var isOver = false
  }

  private struct Ended {
    var connection: Connection
    /// Whether a batch had it as live.
    var isReported: Bool
  }

  private var entries = SlotMap<Connection.ID, Entry>()
  private var owners = OwnerTable()
  /// In the order in which they came.
  private var pending: [Pending] = []
  /// How many the last batch had: the next one has about as many.
  private var lastPending = 0
  private var ended: [Ended] = []

  /// Whether what is observed is reported whole, as it was or not.
  var reportsAll = false

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

  var count: Int { entries.count }

  /// Whether a connection was observed and has not ended.
  func has(_ id: Connection.ID) -> Bool { entries.slot(of: id) != nil }

  /// How many connections there is room for without more memory.
  var room: Int { entries.room }

  /// The kernel's present view of a connection.
  mutating func observe(_ connection: Connection) {
    var hasher = Hasher()
    hasher.combine(connection.state)
    hasher.combine(connection.counters)
    let fingerprint = hasher.finalize()
    guard let slot = entries.slot(of: connection.id) else {
      let index = append(Pending(id: connection.id, connection: connection))
      entries.insert(
        Entry(
          connection,
          owner: owners.retain(connection.owner),
          fingerprint: fingerprint,
          pending: index
        ),
        for: connection.id
      )
      return
    }
    let entry = entries.values[Int(slot)]
    // What no batch had yet is reported as it is last.
    let isPending = entry.pending.map { pending[Int($0)].connection != nil } ?? false
    if entry.fingerprint != fingerprint || reportsAll || isPending {
      let reportsAll = reportsAll
      entries.values[Int(slot)].fingerprint = fingerprint
      change(slot) { pending in
        pending.connection = connection
        pending.isWhole = pending.isWhole || reportsAll
      }
    }
    if owners[entry.owner] != connection.owner { own(slot, connection.owner) }
  }

  private mutating func own(_ slot: SlotMap<Connection.ID, Entry>.Slot, _ owner: Owner?) {
    let old = entries.values[Int(slot)].owner
    entries.values[Int(slot)].owner = owners.retain(owner)
    owners.release(old)
    change(slot) { pending in
      pending.connection?.owner = owner
      pending.owner = owner
    }
  }

  private mutating func change(
    _ slot: SlotMap<Connection.ID, Entry>.Slot,
    _ body: (inout Pending) -> Void
  ) {
    if let index = entries.values[Int(slot)].pending {
      body(&pending[Int(index)])
    } else {
      let index = append(Pending(id: entries.values[Int(slot)].id))
      entries.values[Int(slot)].pending = index
      body(&pending[Int(index)])
    }
  }

  /// - Returns: where among `pending` it is.
  private mutating func append(_ item: Pending) -> Int32 {
    if pending.isEmpty { pending.reserveCapacity(lastPending) }
    pending.append(item)
    return Int32(pending.count - 1)
  }

  /// The final view of a connection, which need not have been observed before. What is unknown in it
  /// is as it was: no program sees some ends.
  mutating func end(_ connection: Connection) {
    let entry = entries.remove(connection.id)
    let formerOwner = entry.flatMap { owners[$0.owner] }
    if let entry { owners.release(entry.owner) }
    // What a batch had is closed by one, or it stays for good: there are no more of these than
    // sockets are followed.
    guard ended.count < endedLimit || entry?.isReported == true else {
      endsDropped += 1
      return
    }
    var connection = connection
    if let index = entry?.pending.map(Int.init) {
      if let last = pending[index].connection { connection = connection.ended(after: last) }
      pending[index].isOver = true
      pending[index].connection = nil
    }
    if connection.netns == 0, let entry { connection.netns = entry.netns }
    if let owner = formerOwner {
      if connection.end?.isUnseen == true, connection.owner == nil { connection.owner = owner }
      connection.owner?.succeed(owner)
    }
    if awaitsAmendment(connection) { awaited[connection.id.cookie] = ended.count }
    ended.append(Ended(connection: connection, isReported: entry?.isReported ?? false))
  }

  /// Whether a later record adds to this end: a process that resets a connection ends it
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

  /// How far back an end can be that is amended: it came at most a few records before.
  private static let amendableEnds = 64

  /// Changes the last end of a socket, if no batch has reported it yet.
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

  /// Ends the connections whose socket is gone although no end was seen. `FlowTable` does so for
  /// those of UDP, of which a socket has many at once.
  ///
  /// - Returns: how many these are.
  @discardableResult
  mutating func reconcile(live cookies: Set<UInt64>, at now: Timestamp) -> Int {
    // A socket that connected again has left its older connection too.
    var newest: [UInt64: UInt64] = [:]
    newest.reserveCapacity(entries.count)
    var gone: [Connection.ID] = []
    for entry in entries.all where entry.proto != .udp {
      guard cookies.contains(entry.id.cookie) else {
        gone.append(entry.id)
        continue
      }
      let other = newest.updateValue(entry.id.generation, forKey: entry.id.cookie)
      guard let other else { continue }
      newest[entry.id.cookie] = max(entry.id.generation, other)
      gone.append(
        Connection.ID(cookie: entry.id.cookie, generation: min(entry.id.generation, other))
      )
    }
    for id in gone {
      guard let entry = entries.slot(of: id).map({ entries.values[Int($0)] }) else { continue }
      end(Connection(unseenEndOf: id, netns: entry.netns, at: now))
    }
    return gone.count
  }

  /// Gives a connection its owner, which is found after it was observed.
  mutating func assign(_ owner: Owner?, to id: Connection.ID) {
    guard let slot = entries.slot(of: id), owners[entries.values[Int(slot)].owner] != owner else {
      return
    }
    own(slot, owner)
  }

  /// Gives connections another owner where more is known of it now; `nil` is as it was.
  mutating func reviseOwners(_ revise: (Connection.ID, Owner) -> Owner?) {
    for slot in 0..<entries.bound {
      guard let entry = entries.value(at: slot), let old = owners[entry.owner],
        let owner = revise(entry.id, old),
        owner != old
      else { continue }
      own(slot, owner)
    }
  }

  /// All that is new since the last call.
  mutating func takeDeltas() -> [Delta] {
    var deltas: [Delta] = []
    deltas.reserveCapacity(pending.count + ended.count)
    for item in pending where !item.isOver {
      guard let slot = entries.slot(of: item.id) else { continue }
      let isReported = entries.values[Int(slot)].isReported
      entries.values[Int(slot)].pending = nil
      entries.values[Int(slot)].isReported = true
      if !isReported || item.isWhole {
        if let connection = item.connection { deltas.append(.upsert(connection)) }
        continue
      }
      if let owner = item.owner { deltas.append(.annotated(item.id, owner)) }
      if let connection = item.connection {
        deltas.append(.counters(item.id, connection.state, connection.counters))
      }
    }
    lastPending = pending.count
    // Much memory is given back until it is needed.
    pending.removeAll(keepingCapacity: pending.capacity < 8192)
    var waiting: [Ended] = []
    for var end in ended {
      guard awaitsAmendment(end.connection) else {
        deltas.append(.ended(end.connection))
        continue
      }
      // Its opening is reported in time all the same.
      if !end.isReported || reportsAll { deltas.append(.upsert(end.connection.asLive)) }
      end.isReported = true
      waiting.append(end)
    }
    ended = waiting
    held = Set(waiting.map(\.connection.id))
    awaited = Dictionary(
      waiting.indices.map { (waiting[$0].connection.id.cookie, $0) },
      uniquingKeysWith: { _, last in last }
    )
    entries.shrink()
    owners.shrink()
    return deltas
  }
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
