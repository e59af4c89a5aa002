package import Tracer

/// All connections that batches told of, each in a slot that it keeps until it leaves.
package struct ConnectionTable: Sendable {
  /// What one batch told, all connections together.
  package struct Activity: Hashable, Sendable {
    /// Connections opened, those of a single batch included.
    package var opened = 0
    /// Connections closed.
    package var closed = 0
    /// What was sent and received; where both ends are of this host, each counts.
    package var growth = Growth()
  }

  private let retention: ClosedRetention

  private var rows: [Row?] = []
  private var free: [Int32] = []
  private var slots: [Connection.ID: Int32] = [:]
  private var closed = ClosedQueue()
  private var changed: [Int32] = []

  package private(set) var owners = OwnerTable()
  /// The namespaces that have been told of, by inode.
  package private(set) var namespaces: [UInt32: NetworkNamespace] = [:]
  /// How many live connections and listeners are in each state, by the state's number.
  package private(set) var states = [Int](repeating: 0, count: 12)
  /// How many batches have been applied.
  package private(set) var samples: UInt64 = 0
  /// The time of the last batch.
  package private(set) var time = Timestamp(nanoseconds: 0)
  /// The time of the batch before; `nil` until there are two.
  package private(set) var previousTime: Timestamp?
  package private(set) var activity = Activity()

  /// Slots whose rows may have changed since `takeDirty`, each once.
  private var dirty: [Int32] = []
  private(set) var isDirty: [Bool] = []

  init(retention: ClosedRetention) {
    self.retention = retention
  }

  /// One more than the highest slot in use.
  package var bound: Int32 { Int32(rows.count) }

  /// The row of a slot, `nil` for a free one.
  package subscript(slot: Int32) -> Row? {
    _read { yield rows[Int(slot)] }
  }

  package func slot(of id: Connection.ID) -> Int32? { slots[id] }

  /// The seconds between the last two batches; `nil` where there are none.
  package var interval: Double? {
    guard let previousTime else { return nil }
    let seconds = time.seconds(since: previousTime)
    return seconds > 0 ? seconds : nil
  }

  /// Whether the row's connection ended in the last batch.
  func endedLast(_ row: Row) -> Bool { row.end != nil && row.sample == samples }

  /// The rates of a row over the last interval; `nil` where only one sample is known.
  package func rates(of row: Row) -> Rates? {
    if row.sample != samples { return .zero }
    return row.seconds > 0 ? Rates(of: row.growth, over: row.seconds) : nil
  }

  /// The slots to look at again, and none of them until the next change.
  mutating func takeDirty() -> [Int32] {
    defer { dirty.removeAll(keepingCapacity: true) }
    return dirty
  }

  /// Ends a look at the slots of `takeDirty`.
  mutating func clean(_ slots: [Int32]) {
    for slot in slots { isDirty[Int(slot)] = false }
  }
}

extension ConnectionTable {
  /// Applies a batch.
  ///
  /// - Returns: whether a namespace got another name.
  mutating func apply(_ batch: Batch) -> Bool {
    samples += 1
    previousTime = samples > 1 ? time : nil
    time = batch.time
    activity = Activity()
    // Their rates fall to 0, unless this batch has them too.
    for slot in changed { touch(slot) }
    changed.removeAll(keepingCapacity: true)

    let isRenamed = learn(batch.namespaces)
    expire()
    var surplus = surplusOfClosed(in: batch.deltas)
    for delta in batch.deltas {
      switch delta {
      case .opened(let connection): open(connection)
      case .changed(let id, let state, let counters): change(id, state, counters)
      case .owner(let id, let owner): own(id, owner)
      case .closed(let connection):
        close(connection, keeps: surplus <= 0)
        surplus -= 1
      }
    }
    while closed.count > retention.limit, let slot = closed.popFirst() { remove(slot) }
    return isRenamed
  }

  private mutating func learn(_ told: [NetworkNamespace]) -> Bool {
    var isRenamed = false
    for namespace in told {
      let previous = namespaces.updateValue(namespace, forKey: namespace.inode)
      isRenamed = isRenamed || previous?.name != namespace.name
    }
    return isRenamed
  }

  private mutating func expire() {
    let limit = time.nanoseconds.subtractingReportingOverflow(Int64(retention.seconds * 1e9))
    guard !limit.overflow else { return }
    let moment = Timestamp(nanoseconds: limit.partialValue)
    while let slot = closed.popFirst(heardBy: moment) { remove(slot) }
  }

  /// How many of a batch's closed connections, from the first, would leave at its end anyway.
  private func surplusOfClosed(in deltas: [Delta]) -> Int {
    guard deltas.count > retention.limit else { return 0 }
    let count = deltas.reduce(0) { count, delta in
      if case .closed = delta { count + 1 } else { count }
    }
    return count - retention.limit
  }

  private mutating func open(_ connection: Connection) {
    if let slot = slots[connection.id] {
      guard rows[Int(slot)]?.end == nil else { return }
      update(slot) { $0.state = connection.state }
      grow(slot, to: connection.counters)
      return
    }
    let slot = insert(connection)
    guard connection.state != .listen, let openedAt = connection.openedAt else { return }
    activity.opened += 1
    begin(slot, at: openedAt)
  }

  private mutating func change(_ id: Connection.ID, _ state: TCPState, _ counters: Counters) {
    guard let slot = slots[id], rows[Int(slot)]?.end == nil else { return }
    update(slot) { $0.state = state }
    grow(slot, to: counters)
  }

  private mutating func own(_ id: Connection.ID, _ owner: Owner) {
    guard let slot = slots[id], let old = rows[Int(slot)]?.owner else { return }
    let new = owners.retain(owner)
    owners.release(old)
    rows[Int(slot)]?.owner = new
    touch(slot)
  }

  private mutating func close(_ connection: Connection, keeps: Bool) {
    if let slot = slots[connection.id] {
      guard let row = rows[Int(slot)], row.end == nil else { return }
      grow(slot, to: connection.counters)
      if row.isListener { return remove(slot) }
      activity.closed += 1
      finish(slot, connection)
      if keeps { closed.append(slot, heardAt: time) } else { remove(slot) }
      return
    }
    if connection.wasListener { return }
    activity.closed += 1
    if connection.openedAt != nil { activity.opened += 1 }
    guard keeps else {
      if connection.openedAt != nil {
        activity.growth += Growth(from: Counters(), to: connection.counters)
      }
      return
    }
    let slot = insert(connection)
    if let openedAt = connection.openedAt { begin(slot, at: openedAt) }
    finish(slot, connection)
    closed.append(slot, heardAt: time)
  }
}

extension ConnectionTable {
  private mutating func touch(_ slot: Int32) {
    guard !isDirty[Int(slot)] else { return }
    isDirty[Int(slot)] = true
    dirty.append(slot)
  }

  /// Changes a live row, whose state is counted.
  private mutating func update(_ slot: Int32, _ body: (inout Row) -> Void) {
    guard var row = rows[Int(slot)] else { return }
    count(row, -1)
    body(&row)
    count(row, 1)
    rows[Int(slot)] = row
    touch(slot)
  }

  private mutating func count(_ row: Row, _ number: Int) {
    if row.end == nil { states[Int(row.state.rawValue)] += number }
  }

  private mutating func insert(_ connection: Connection) -> Int32 {
    let row = Row(connection, owner: owners.retain(connection.owner), sample: samples)
    count(row, 1)
    let slot: Int32
    if let reused = free.popLast() {
      slot = reused
      rows[Int(slot)] = row
    } else {
      slot = Int32(rows.count)
      rows.append(row)
      isDirty.append(false)
    }
    slots[row.id] = slot
    changed.append(slot)
    touch(slot)
    return slot
  }

  private mutating func remove(_ slot: Int32) {
    guard let row = rows[Int(slot)] else { return }
    count(row, -1)
    owners.release(row.owner)
    slots[row.id] = nil
    rows[Int(slot)] = nil
    free.append(slot)
    touch(slot)
  }

  /// Counts what a connection has sent and received since its opening, which no batch told.
  private mutating func begin(_ slot: Int32, at openedAt: Timestamp) {
    guard let row = rows[Int(slot)] else { return }
    let growth = Growth(from: Counters(), to: row.counters)
    activity.growth += growth
    // It had sent nothing at the batch before, if it was not open then.
    let start = previousTime.map { min($0, openedAt) } ?? openedAt
    rows[Int(slot)]?.growth = growth
    rows[Int(slot)]?.seconds = max(0, time.seconds(since: start))
  }

  private mutating func grow(_ slot: Int32, to counters: Counters) {
    guard var row = rows[Int(slot)] else { return }
    let growth = Growth(from: row.counters, to: counters)
    // Without an opening, the first sample has no other to grow from.
    if row.openedAt != nil || row.firstSample != samples { activity.growth += growth }
    if row.sample == samples {
      row.growth += growth
    } else {
      row.growth = growth
      row.seconds = interval ?? 0
      row.sample = samples
      changed.append(slot)
    }
    row.counters = counters
    rows[Int(slot)] = row
    touch(slot)
  }

  /// Writes what the end of a connection tells into its row.
  private mutating func finish(_ slot: Int32, _ connection: Connection) {
    let owner = connection.owner.map { owners.retain($0) }
    let end = connection.end ?? Connection.End(at: time, reason: .unknown)
    update(slot) { row in
      row.end = end
      row.state = connection.state
      // The kernel forgets parts of the tuple on the way down.
      if !connection.remote.isNone { row.remote = connection.remote }
      if connection.local.port != 0 { row.local = connection.local }
      if row.openedAt == nil { row.openedAt = connection.openedAt }
      if row.direction == .unknown { row.direction = connection.direction }
    }
    guard let owner, let old = rows[Int(slot)]?.owner else { return }
    owners.release(old)
    rows[Int(slot)]?.owner = owner
  }
}

extension Connection {
  /// Whether a closed connection that no batch had before was a listener: those have no remote end.
  fileprivate var wasListener: Bool { state == .listen || remote.isNone }
}
