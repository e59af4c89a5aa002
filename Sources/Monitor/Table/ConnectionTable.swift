package import Connections

/// All connections that batches reported, each in a slot that it keeps until it leaves.
package struct ConnectionTable: RowSource, Sendable {
  /// What one batch reported, all connections together.
  package struct Activity: Hashable, Sendable {
    /// Connections opened, those of a single batch included.
    package var opened = 0
    /// Connections closed.
    package var closed = 0
    /// What was sent and received; where both ends are of this host, each counts.
    package var growth = Growth()
  }

  let retention: ClosedRetention
  /// After how many seconds a rate counts half in the averages that orders go by; 0 for orders that
  /// go by the last interval.
  package let halfLife: Double

  var rows = SlotMap<Connection.ID, Row>()
  /// The rows of connections that the last batch did not have; `nil` where all have a slot.
  var resting: RestingRows?
  var closed = ClosedQueue()
  /// The slots of rows that the last batch changed.
  package internal(set) var changed: [Int32] = []
  /// The slots of rows that ended in the last batch.
  var ended: [Int32] = []
  /// How many ends of the last batch have no row, as more came than are kept.
  var unkeptEnds = 0
  /// The slots of rows that got an owner in the present batch.
  var newlyOwned: [Int32] = []
  var destinations = Destinations()

  package internal(set) var owners = OwnerTable()
  /// The namespaces that have been reported, by inode.
  package internal(set) var namespaces: [UInt32: NetworkNamespace] = [:]
  /// How many live connections and listeners are in each state, by the state's number, and
  /// flows of UDP.
  package internal(set) var tallies = [Int](repeating: 0, count: Tally.count)
  /// How many batches have been applied.
  package internal(set) var samples: UInt64 = 0
  /// How many of them, from the first, only serve to compare the later ones with.
  var baseSamples: UInt64 = 0
  /// The time of the last batch.
  package internal(set) var time = Timestamp(nanoseconds: 0)
  /// The time of the batch before; `nil` until there are two.
  package internal(set) var previousTime: Timestamp?
  /// The time of the first batch.
  package internal(set) var startedAt: Timestamp?
  package internal(set) var activity = Activity()
  /// Of the last batch, as `Batch.wallOffset`.
  package var wallOffset: Int64 = 0
  /// Whether the wall clock was set between the last two batches.
  var wallClockWasSet = false
  /// Whether a namespace got another name in the last batch.
  var namespaceWasRenamed = false
  /// The number of the last batch; 0 where it has none.
  var lastSequence: UInt64 = 0
  /// Whether a batch was missed since the last keyframe.
  var missesBatches = false
  /// The listeners that are older than nettop: who may have accepted what is older too.
  var oldListeners = OldListeners()
  /// What connections did in the last minutes; empty where it is not kept.
  private(set) var history: History?

  /// Whether anybody asks for the totals of groups.
  let keepsTotals: Bool
  /// What connections have carried that groups show no longer.
  var totals: GroupTotals
  /// By slot, what a row had carried before groups counted it, where it has carried more since.
  var bases = CarriedBases()
  /// Likewise why a row had lost packets.
  var lossBases: [Int32: LossCauses] = [:]
  /// Whether `retired` is kept.
  var keepsRetired = false
  /// What left its groups in the last batch, or went to the groups of another owner.
  var retired: [Retired] = []

  /// Addresses of this host: those of the near end of a connection or listener.
  private var localAddresses: Set<Address> = []
  /// How many live connections have their other end on this host, judging by addresses.
  package var localConnections = 0

  /// The slots of tagged rows.
  private(set) var tagged: Set<Int32> = []

  /// Slots whose rows may have changed since `takeDirty`, each once.
  private var dirty: [Int32] = []
  private(set) var isDirty: [Bool] = []
  /// By slot, whether anything but the recent growth of a row may have changed.
  private(set) var isAltered: [Bool] = []
  /// The facts of the rows, by slot, as they were at the last `takeDirty`.
  private(set) var facts: [RowFacts] = []

  init(
    retention: ClosedRetention,
    halfLife: Double = 0,
    keepsHistory: Bool = false,
    keepsTotals: Bool = false,
    restsRows: Bool = false
  ) {
    resting = restsRows ? RestingRows() : nil
    self.keepsTotals = keepsTotals
    self.retention = retention
    self.halfLife = halfLife
    totals = GroupTotals(halfLife: halfLife)
    history = keepsHistory ? History() : nil
  }

  /// A moment by the wall clock, as it was set at the last batch.
  package func wall(_ moment: Timestamp) -> Timestamp { moment.shifted(by: wallOffset) }

  /// The seconds from the first batch to the last.
  var elapsed: Double { startedAt.map { time.seconds(since: $0) } ?? 0 }

  /// One more than the highest slot in use.
  package var bound: Int32 { rows.bound }

  /// The row of a slot, `nil` for a free one.
  package subscript(slot: Int32) -> Row? { rows.value(at: slot) }

  /// Calls `body` with the row of a slot that is in use.
  func read<Result>(_ slot: Int32, _ body: (RowPointer) -> Result) -> Result {
    rows.values.withUnsafeBufferPointer { body($0.baseAddress.unsafelyUnwrapped + Int(slot)) }
  }

  /// Calls `body` with the facts of these slots, and with the place of the row that each has, or had.
  @inline(__always)
  func forEach(_ slots: some Sequence<Int32>, _ body: (RowFacts, RowPointer, Int32) -> Void) {
    rows.values.withUnsafeBufferPointer { rows in
      guard let first = rows.baseAddress else { return }
      facts.withUnsafeBufferPointer { facts in
        for slot in slots { body(facts[Int(slot)], first + Int(slot), slot) }
      }
    }
  }

  /// Whether a slot has a row.
  func isUsed(_ slot: Int32) -> Bool { rows.isUsed(slot) }

  package func slot(of id: Connection.ID) -> Int32? { rows.slot(of: id) }

  /// The number of the last sample among those that are shown, from 1.
  var sampleNumber: UInt64 { samples - min(samples, baseSamples) }

  /// The seconds between the last two batches; `nil` if there are none.
  package var interval: Double? {
    guard let previousTime else { return nil }
    let seconds = time.seconds(since: previousTime)
    return seconds > 0 ? seconds : nil
  }

  /// The rates of a row over the last interval; `nil` if only one sample is known.
  package func rates(of row: Row) -> Rates? {
    if row.counters.uncounted.contains(.bytes) { return nil }
    if row.sample != samples { return .zero }
    return row.seconds > 0 ? Rates(of: row.growth, over: row.seconds) : nil
  }

  /// Which share of the segments that the row sent in the last interval were retransmissions, 0 to 1;
  /// `nil` if it sent none, and for UDP and MPTCP, which retransmit nothing themselves.
  func retransmitShare(of row: Row) -> Double? {
    row.counters.retransmits == nil ? nil : rates(of: row)?.retransmitShare
  }

  /// The slots to look at again, and none of them until the next change.
  mutating func takeDirty() -> [Int32] {
    defer { dirty.removeAll(keepingCapacity: true) }
    for slot in dirty where isAltered[Int(slot)] {
      facts[Int(slot)] = isUsed(slot) ? read(slot) { RowFacts($0) } : .free
    }
    return dirty
  }

  /// Ends a look at the slots of `takeDirty`.
  mutating func clean(_ slots: [Int32]) {
    for slot in slots { (isDirty[Int(slot)], isAltered[Int(slot)]) = (false, false) }
  }
}

extension ConnectionTable {
  /// Notes what the last batch changed.
  mutating func recordHistory() {
    guard history != nil else { return }
    for slot in changed {
      guard let row = rows.value(at: slot), row.sample == samples, row.seconds > 0 else {
        continue
      }
      let point = HistoryPoint(row.growth, over: row.seconds, rtt: row.counters.rtt)
      history?.record(slot: slot, sample: samples, point)
    }
  }

  /// What a connection did in the last samples.
  package func series(of row: Row, _ slot: Int32, last count: Int = History.longest)
    -> HistorySeries
  {
    history?.series(
      slot: slot,
      since: row.firstSample,
      last: count,
      upTo: samples,
      idleRTT: row.counters.rtt
    ) ?? .empty
  }

  /// Gives memory back once far fewer connections are left than there were. A slot is a row's for as
  /// long as it lives.
  mutating func shrink() {
    owners.shrink()
    bases.shrink(rows.bound)
    guard rows.trim(keeping: { [isDirty] slot in isDirty[Int(slot)] }) else { return }
    let bound = Int(rows.bound)
    isDirty = Array(isDirty[..<bound])
    isAltered = Array(isAltered[..<bound])
    facts = Array(facts[..<bound])
    (changed, dirty) = (Array(changed), Array(dirty))
  }

  /// How many rows there is room for without more memory.
  var room: Int { rows.room }

  /// Notes that a row may have changed.
  mutating func touch(_ slot: Int32) {
    isAltered[Int(slot)] = true
    touchRecent(slot)
  }

  /// Notes that what a row grew by is no longer recent.
  mutating func touchRecent(_ slot: Int32) {
    guard !isDirty[Int(slot)] else { return }
    isDirty[Int(slot)] = true
    dirty.append(slot)
  }

  /// Places a new row in a slot.
  mutating func place(_ row: Row) -> Int32 {
    let slot = rows.insert(row, for: row.id)
    if Int(slot) == isDirty.count {
      isDirty.append(false)
      isAltered.append(false)
      facts.append(.free)
    }
    return slot
  }

  /// Whether the other end of a connection is on this host too, judging by addresses.
  mutating func isLocal(_ connection: Connection) -> Bool {
    // The two ends of a link have devices of their own, and so zones.
    let local = connection.local.address.unzoned
    let remote = connection.remote.address.unzoned
    if !local.isUnspecified {
      // A host has few, unless its containers come and go.
      if localAddresses.count > 10_000 { localAddresses.removeAll() }
      localAddresses.insert(local)
    }
    return !remote.isUnspecified && localAddresses.contains(remote)
  }

  /// Tags a row or removes its tag.
  mutating func tag(_ slot: Int32, _ isTagged: Bool) {
    guard rows.isUsed(slot), rows.values[Int(slot)].isTagged != isTagged else { return }
    rows.values[Int(slot)].isTagged = isTagged
    if isTagged { tagged.insert(slot) } else { tagged.remove(slot) }
    touch(slot)
  }

  /// Removes all tags.
  mutating func untagAll() {
    for slot in tagged { tag(slot, false) }
  }
}
