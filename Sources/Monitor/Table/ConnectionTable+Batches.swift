import Connections

extension ConnectionTable {
  /// Applies a batch.
  ///
  /// - Returns: whether a namespace got another name.
  mutating func apply(_ batch: Batch) -> Bool {
    samples += 1
    previousTime = samples > 1 ? time : nil
    time = batch.time
    wallClockWasSet = samples > 1 && wallOffset != batch.wallOffset
    wallOffset = batch.wallOffset
    if startedAt == nil { startedAt = time }
    if lastSequence > 0, batch.sequence > lastSequence + 1 { missesBatches = true }
    lastSequence = batch.sequence
    activity = Activity()
    // Their rates fall to 0, unless this batch has them too.
    for slot in changed {
      rows.values[Int(slot)].forgetChange()
      touchRecent(slot)
    }
    changed.removeAll(keepingCapacity: true)
    ended.removeAll(keepingCapacity: ended.count <= 4096)
    unkeptEnds = 0
    rows.releaseSlots()
    forgetRetired()
    shrink()
    wake(batch.deltas)

    let isRenamed = learn(batch.namespaces)
    namespaceWasRenamed = isRenamed
    settle()
    var surplus = surplusOfClosed(in: batch.deltas)
    for delta in batch.deltas {
      switch delta {
      case .upsert(let connection): open(connection)
      case .counters(let id, let state, let counters): change(id, state, counters)
      case .annotated(let id, let owner): own(id, owner)
      case .ended(let connection):
        close(connection, keeps: surplus <= 0)
        surplus -= 1
      }
    }
    if batch.isKeyframe, missesBatches { reconcile(batch) }
    while closed.lingeringCount > retention.lingerLimit, let slot = closed.settle() {
      stopLingering(slot)
    }
    while closed.keptCount > retention.limit, let slot = closed.popFirst() { remove(slot) }
    inferDirections()
    learnDestinations()
    pruneTotals()
    recordHistory()
    return isRenamed
  }

  /// Ends what a keyframe does not have, after a batch was missed that had its end.
  private mutating func reconcile(_ keyframe: Batch) {
    missesBatches = false
    var present: Set<Connection.ID> = []
    for case .upsert(let connection) in keyframe.deltas { present.insert(connection.id) }
    wakeAll(except: present)
    let gone = rows.all.filter { $0.end == nil && !present.contains($0.id) }
      .map { Connection(unseenEndOf: $0.id, netns: $0.netns, at: keyframe.time) }
    for end in gone { close(end, keeps: true) }
  }

  private mutating func learn(_ reported: [NetworkNamespace]) -> Bool {
    var isRenamed = false
    for namespace in reported {
      let previous = namespaces.updateValue(namespace, forKey: namespace.inode)
      isRenamed = isRenamed || previous?.name != namespace.name
    }
    return isRenamed
  }

  /// Ends the lingering of those whose time is over.
  private mutating func settle() {
    let limit = time.nanoseconds.subtractingReportingOverflow(
      Int64(retention.lingerSeconds * 1e9)
    )
    guard !limit.overflow else { return }
    let moment = Timestamp(nanoseconds: limit.partialValue)
    while let slot = closed.settle(heardBy: moment) { stopLingering(slot) }
    while closed.keptCount > retention.limit, let slot = closed.popFirst() { remove(slot) }
  }

  private mutating func stopLingering(_ slot: Int32) {
    retire(slot)
    rows.values[Int(slot)].lingers = false
    touch(slot)
  }

  /// How many of a batch's closed connections, from the first, would leave at its end anyway.
  private func surplusOfClosed(in deltas: [Delta]) -> Int {
    let room = retention.lingerLimit.addingReportingOverflow(retention.limit)
    guard !room.overflow, deltas.count > room.partialValue else { return 0 }
    let count = deltas.reduce(0) { count, delta in
      if case .ended = delta { count + 1 } else { count }
    }
    return count - room.partialValue
  }

  private mutating func open(_ connection: Connection) {
    if let slot = rows.slot(of: connection.id) {
      guard rows.values[Int(slot)].end == nil else { return }
      update(slot) { $0.update(from: connection) }
      grow(slot, to: connection.counters)
      if let owner = connection.owner { own(connection.id, owner) }
      return
    }
    let slot = insert(connection)
    guard !connection.state.isListening, connection.isCountedFromZero else { return }
    if connection.isCounted, connection.openedAt != nil { activity.opened += 1 }
    begin(slot, at: connection.openedAt ?? time)
  }

  private mutating func change(_ id: Connection.ID, _ state: SocketState, _ counters: Counters) {
    guard let slot = rows.slot(of: id), rows.values[Int(slot)].end == nil else { return }
    if rows.values[Int(slot)].state != state { update(slot) { $0.state = state } }
    grow(slot, to: counters)
  }

  private mutating func own(_ id: Connection.ID, _ owner: Owner) {
    guard let slot = rows.slot(of: id) else { return }
    let old = rows.values[Int(slot)].owner
    let new = owners.retain(owner)
    moveTotal(slot, from: old, to: new)
    owners.release(old)
    rows.values[Int(slot)].owner = new
    newlyOwned.append(slot)
    touch(slot)
  }

  private mutating func close(_ connection: Connection, keeps: Bool) {
    if let slot = rows.slot(of: connection.id) {
      guard rows.values[Int(slot)].end == nil else { return }
      if connection.counters != .absent { grow(slot, to: connection.counters) }
      if rows.values[Int(slot)].isListener { return remove(slot) }
      if rows.values[Int(slot)].isCounted { activity.closed += 1 }
      finish(slot, connection)
      if keeps {
        closed.append(slot, heardAt: time)
        ended.append(slot)
      } else {
        retire(slot)
        remove(slot)
        unkeptEnds += 1
      }
      return
    }
    if connection.wasListener { return }
    if connection.isCounted {
      activity.closed += 1
      if connection.openedAt != nil { activity.opened += 1 }
    }
    guard keeps else {
      unkeptEnds += 1
      if connection.isCountedFromZero, connection.isCounted {
        activity.growth += Growth(from: Counters(), to: connection.counters)
        retire(connection)
      }
      return
    }
    let slot = insert(connection)
    if connection.isCountedFromZero { begin(slot, at: connection.openedAt ?? time) }
    finish(slot, connection)
    closed.append(slot, heardAt: time)
    ended.append(slot)
  }
}

extension ConnectionTable {
  /// Changes a live row, whose state is counted.
  private mutating func update(_ slot: Int32, _ body: (inout Row) -> Void) {
    count(slot, -1)
    rows.values[Int(slot)].change(body)
    count(slot, 1)
    touch(slot)
  }

  private mutating func count(_ slot: Int32, _ number: Int) {
    guard let tally = rows.values[Int(slot)].liveTally else { return }
    tallies[tally] += number
    if rows.values[Int(slot)].isLocal, !rows.values[Int(slot)].isListener {
      localConnections += number
    }
  }

  private mutating func insert(_ connection: Connection) -> Int32 {
    var row = Row(
      connection,
      owner: owners.retain(connection.owner),
      sample: samples,
      at: time
    )
    row.isLocal = isLocal(connection)
    let slot = place(row)
    count(slot, 1)
    learnListener(row)
    beginTotal(slot, row)
    changed.append(slot)
    if row.owner != OwnerTable.none { newlyOwned.append(slot) }
    touch(slot)
    return slot
  }

  private mutating func remove(_ slot: Int32) {
    tag(slot, false)
    guard let row = rows.value(at: slot) else { return }
    count(slot, -1)
    owners.release(row.owner)
    if row.hasBase { bases.remove(slot) }
    // A slot that this batch has changed is used again only by the next, so that each is among the
    // changed ones once.
    rows.remove(row.id, holdsSlot: row.sample == samples)
    touch(slot)
  }

  /// Counts what a connection has sent and received since its opening, or since it was followed,
  /// which no batch reported.
  private mutating func begin(_ slot: Int32, at openedAt: Timestamp) {
    rows.values[Int(slot)].begin(at: openedAt, times)
    if rows.values[Int(slot)].isCounted { activity.growth += rows.values[Int(slot)].growth }
  }

  private mutating func grow(_ slot: Int32, to counters: Counters) {
    let (sample, interval) = (samples, interval)
    if rows.values[Int(slot)].sample != sample { changed.append(slot) }
    keepBase(slot)
    let growth = rows.values[Int(slot)].grow(to: counters, in: sample, over: interval)
    if rows.values[Int(slot)].hasKnownGrowth(in: sample) { activity.growth += growth }
    rows.values[Int(slot)].addToAverage(growth, times)
    touch(slot)
  }

  /// Writes the end of a connection into its row.
  private mutating func finish(_ slot: Int32, _ connection: Connection) {
    let row = rows.values[Int(slot)]
    var ended = connection
    ended.end = ended.end ?? Connection.End(at: time, reason: .unknown)
    ended = ended.ended(after: self.connection(of: row))
    // The row soon leaves the view that it was tagged in, and its process may be another's by then.
    tag(slot, false)
    let owner = owners.retain(ended.owner)
    owners.release(row.owner)
    if owner != row.owner { newlyOwned.append(slot) }
    update(slot) { row in
      row.update(from: ended)
      row.owner = owner
      row.openedAt = ended.openedAt
      row.end = ended.end
      row.lingers = true
    }
  }
}

extension Connection {
  /// Whether a closed connection that no batch had before was a listener: those have no remote end.
  fileprivate var wasListener: Bool { state.isListening || remote.isNone }

  /// As `Row.isCounted`.
  fileprivate var isCounted: Bool { proto != .mptcp || isListener }
}
