import Connections

/// Turns batches into rows: gives connections, owners and processes their numbers, and works out what
/// each delta adds.
struct BatchEncoder {
  /// What is known of a connection.
  private struct Known: Slotted {
    let id: Connection.ID
    /// The number of its facts in the present segment, 0 if it has none there yet.
    var fact: Int64
    /// A hash of what those facts were made of.
    var facts: Int
    var owner: Int64?
    var hasEnded: Bool
    /// The segment that last had it.
    var segment: Int64
    var bytes: ByteGrowth
    /// When it was first reported.
    var seenAt: Timestamp

    var slotKey: Connection.ID? { id }
  }

  /// The batch that began the present segment.
  private(set) var segment: Int64 = 0
  /// How many deltas the segment has, its keyframe aside.
  private(set) var deltas = 0
  /// How many connections and listeners are open.
  private(set) var live = 0
  private var connections = SlotMap<Connection.ID, Known>()
  private var owners: [Owner: Int64] = [:]
  private var processes: [Process: Int64] = [:]
  private var namespaces: [UInt32: NetworkNamespace] = [:]
  private var health: (value: HealthJSON, id: Int64)?

  /// Of the batch that is written.
  private var time = Timestamp(nanoseconds: 0)

  /// Begins a segment with the batch that is written next.
  mutating func beginSegment(_ id: Int64) {
    segment = id
    deltas = 0
    owners = [:]
    processes = [:]
    health = nil
  }

  /// Makes the next batch write everything it refers to: rows that were written last are gone. What
  /// connections had carried stays known, so that nothing counts twice.
  mutating func forgetRows() { segment = 0 }

  /// Writes a batch.
  ///
  /// - Parameter growth: what each delta adds; `nil` to work it out.
  mutating func write(
    _ batch: Batch,
    at id: Int64,
    growth known: [ByteGrowth]? = nil,
    to rows: RowWriter
  ) throws {
    time = batch.time
    let firstDelta = rows.next.delta
    let isFirst = id == segment
    try write(batch.namespaces, at: id, isFirst: isFirst, to: rows)
    let health = try write(batch.health, at: id, to: rows)
    var total = ByteGrowth()
    var failures = 0
    for (index, delta) in batch.deltas.enumerated() {
      total += try write(delta, batch: id, growth: known?[index], to: rows)
      if case .ended(let connection) = delta, connection.end?.isFailure == true { failures += 1 }
    }
    if isFirst, batch.isKeyframe { forgetGone() }
    if !isFirst { deltas += batch.deltas.count }
    try rows.write(
      batch,
      at: id,
      segment: segment,
      firstDelta: firstDelta,
      total: total,
      failures: failures,
      health: health
    )
  }

  /// The first batch of a segment has all namespaces, so that a reader can begin with it.
  private mutating func write(
    _ new: [NetworkNamespace],
    at id: Int64,
    isFirst: Bool,
    to rows: RowWriter
  ) throws {
    for namespace in new { namespaces[namespace.inode] = namespace }
    let written = isFirst ? namespaces.values.sorted { $0.inode < $1.inode } : new
    var seen: Set<UInt32> = []
    for namespace in written.reversed() where seen.insert(namespace.inode).inserted {
      try rows.write(namespace, batch: id)
    }
  }

  private mutating func write(
    _ health: SourceHealth,
    at id: Int64,
    to rows: RowWriter
  ) throws -> Int64 {
    let value = HealthJSON(health)
    if let known = self.health, known.value == value { return known.id }
    try rows.write(health: value.text, at: id)
    self.health = (value, id)
    return id
  }

  /// After a keyframe, connections that it does not have are gone.
  private mutating func forgetGone() {
    let gone = connections.all.filter { $0.segment != segment || $0.hasEnded }.map(\.id)
    for id in gone { connections.remove(id) }
    connections.shrink()
    live = connections.count
  }

  private func known(_ id: Connection.ID) -> Known? {
    connections.slot(of: id).map { connections.values[Int($0)] }
  }

  private mutating func keep(_ known: Known) {
    if let slot = connections.slot(of: known.id) {
      connections.values[Int(slot)] = known
    } else {
      connections.insert(known, for: known.id)
    }
  }

  private mutating func write(
    _ delta: Delta,
    batch: Int64,
    growth given: ByteGrowth?,
    to rows: RowWriter
  ) throws -> ByteGrowth {
    switch delta {
    case .upsert(let connection):
      return try write(.upsert, connection, batch: batch, growth: given, to: rows)
    case .annotated(let id, let owner):
      var known = try place(id, to: rows)
      let number = try row(of: owner, to: rows)
      // What comes after the end, or before the connection itself, is of this delta alone.
      if !known.hasEnded { known.owner = number }
      try rows.write(
        .annotated,
        batch: batch,
        fact: known.fact,
        owner: number,
        state: nil,
        counters: nil,
        ByteGrowth()
      )
      keep(known)
      return ByteGrowth()
    case .counters(let id, let state, let counters):
      var known = try place(id, to: rows)
      let growth = given ?? grown(&known, to: counters)
      try rows.write(
        .counters,
        batch: batch,
        fact: known.fact,
        owner: known.owner,
        state: state,
        counters: counters,
        growth
      )
      keep(known)
      return growth
    case .ended(let connection):
      let wasLive = known(connection.id).map { !$0.hasEnded } ?? false
      let growth = try write(.ended, connection, batch: batch, growth: given, to: rows)
      if let end = connection.end { try rows.write(end) }
      if wasLive { live -= 1 }
      if let slot = connections.slot(of: connection.id) {
        connections.values[Int(slot)].hasEnded = true
      }
      return growth
    }
  }

  /// Writes a delta that has a connection whole.
  private mutating func write(
    _ kind: DeltaKind,
    _ connection: Connection,
    batch: Int64,
    growth given: ByteGrowth?,
    to rows: RowWriter
  ) throws -> ByteGrowth {
    var known = try place(connection, to: rows)
    if let owner = try row(of: connection.owner, to: rows) { known.owner = owner }
    let growth = given ?? grow(&known, connection)
    try rows.write(
      kind,
      batch: batch,
      fact: known.fact,
      owner: known.owner,
      state: connection.state,
      counters: connection.counters,
      growth
    )
    keep(known)
    return growth
  }

  /// A connection with facts in this segment that are those it has now.
  private mutating func place(_ connection: Connection, to rows: RowWriter) throws -> Known {
    let facts = connection.factsHash
    let previous = known(connection.id)
    var known =
      previous
      ?? Known(
        id: connection.id,
        fact: 0,
        facts: facts,
        owner: nil,
        hasEnded: false,
        segment: segment,
        bytes: ByteGrowth(),
        seenAt: connection.seenAt ?? time
      )
    if previous == nil, connection.end == nil { live += 1 }
    // Another life of the same identity has nothing from the one before.
    if known.hasEnded { (known.owner, known.seenAt) = (nil, connection.seenAt ?? time) }
    guard known.segment != segment || known.fact == 0 || known.facts != facts else { return known }
    known.fact = try rows.write(connection.id, connection, seenAt: known.seenAt)
    known.facts = facts
    // The owner's number is of its segment.
    if known.segment != segment { known.owner = nil }
    known.segment = segment
    return known
  }

  /// The same where only the identity is reported.
  private mutating func place(_ id: Connection.ID, to rows: RowWriter) throws -> Known {
    let previous = known(id)
    if let previous, previous.segment == segment { return previous }
    var known =
      previous
      ?? Known(
        id: id,
        fact: 0,
        facts: 0,
        owner: nil,
        hasEnded: true,
        segment: segment,
        bytes: ByteGrowth(),
        seenAt: time
      )
    known.fact = try rows.write(id, nil)
    known.facts = 0
    known.segment = segment
    known.owner = nil
    return known
  }

  private mutating func row(of owner: Owner?, to rows: RowWriter) throws -> Int64? {
    guard let owner else { return nil }
    if let number = owners[owner] { return number }
    let process = try row(of: owner.process, to: rows)
    let others = try owner.others.map { try row(of: $0, to: rows) }
    let number = try rows.write(owner, process: process, others: others)
    owners[owner] = number
    return number
  }

  private mutating func row(of process: Process, to rows: RowWriter) throws -> Int64 {
    if let number = processes[process] { return number }
    let number = try rows.write(process)
    processes[process] = number
    return number
  }

  /// What is new of a connection that is reported whole: all that it has carried if it was opened since
  /// the recording began, otherwise nothing at first.
  private func grow(_ known: inout Known, _ connection: Connection) -> ByteGrowth {
    let isNew = connections.slot(of: connection.id) == nil
    if connection.counters == .absent { return ByteGrowth() }
    if isNew, !connection.isCountedFromZero || connection.isListener {
      known.bytes = ByteGrowth(connection.counters)
      return ByteGrowth()
    }
    return grown(&known, to: connection.counters)
  }

  private func grown(_ known: inout Known, to counters: Counters) -> ByteGrowth {
    let now = ByteGrowth(counters)
    let growth = ByteGrowth(
      sent: now.sent - min(now.sent, known.bytes.sent),
      received: now.received - min(now.received, known.bytes.received)
    )
    known.bytes = now
    return growth
  }
}

extension Connection {
  /// Of all that its facts have.
  fileprivate var factsHash: Int {
    var hasher = Hasher()
    hasher.combine(proto)
    hasher.combine(parent)
    hasher.combine(local)
    hasher.combine(remote)
    hasher.combine(netns)
    hasher.combine(direction)
    hasher.combine(openedAt)
    return hasher.finalize()
  }
}
