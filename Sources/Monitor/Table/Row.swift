package import Connections

/// A row of a view: a connection, with its growth over the last interval in which it changed, or a
/// group of connections as one.
///
/// What is read of each row of a table is inlined: a call would copy the row.
package struct Row: Sendable {
  /// What a row stands for.
  package enum Kind: UInt8, Sendable {
    case connection
    /// All connections of a process.
    case process
    /// All connections with a remote host.
    case host
    /// All connections of a network namespace.
    case namespace
  }

  // In the order in which they leave the fewest gaps: there are 100,000 of them.

  /// Of a connection; a group has one of its own that no connection has.
  package let id: Connection.ID
  package var counters: Counters
  /// Its owner in the table's `owners`.
  package var owner: OwnerTable.Slot
  /// How many live connections it stands for.
  package var connections: Int32 = 1
  private let first: UInt32
  private var last: UInt32
  package let kind: Kind
  package let proto: TransportProtocol
  private var marks: Marks = []
  /// Whether its program had never talked to its remote address before; `nil` if that is not known,
  /// and where this end did not open it.
  var isNewDestination: Bool?
  /// What it grew recently.
  var average = RateAverage()
  private var opening: OptionalTimestamp
  /// When it was reported first: it was open then, or had been.
  package var seenAt: Timestamp
  private var rare: Rare?
  private var change: Change?
  /// Over how many seconds it grew; 0 where that is unknown.
  var seconds = 0.0
  package var local: Endpoint
  /// The inode of its network namespace; 0 for a group of several.
  package var netns: UInt32
  package var remote: Endpoint
  package var direction: Connection.Direction
  package var state: SocketState

  /// A live connection, first reported by this batch.
  init(_ connection: Connection, owner: OwnerTable.Slot, sample: UInt64, at time: Timestamp) {
    id = connection.id
    kind = .connection
    proto = connection.proto
    rare = Rare(end: nil, parent: connection.parent)
    opening = OptionalTimestamp(connection.openedAt)
    local = connection.local
    remote = connection.remote
    netns = connection.netns
    direction = connection.direction
    state = connection.state
    self.owner = owner
    counters = connection.counters
    seenAt = connection.seenAt ?? time
    first = UInt32(clamping: sample)
    last = first
  }

  /// A group that begins with one of its connections. Groups are identified by their number.
  init(_ kind: Kind, number: UInt64, of first: Row) {
    self = first.read { Row(kind, number: number, of: $0) }
  }

  /// Likewise, without a copy of the connection's row.
  init(_ kind: Kind, number: UInt64, of first: RowPointer) {
    id = Connection.ID(cookie: number, generation: .max)
    self.kind = kind
    proto = .tcp
    local = first.pointee.local
    remote = first.pointee.remote
    netns = first.pointee.netns
    direction = .unknown
    state = .established
    owner = first.pointee.owner
    counters = Counters()
    opening = first.pointee.opening
    seenAt = first.pointee.openedAt ?? first.pointee.seenAt
    connections = 0
    self.first = 0
    last = 0
    isTagged = true
  }

  /// The number of the batch that reported it first.
  @inline(__always)
  var firstSample: UInt64 { UInt64(first) }

  /// The number of the batch that changed it last.
  @inline(__always)
  var sample: UInt64 {
    get { UInt64(last) }
    set { last = UInt32(clamping: newValue) }
  }

  @inline(__always)
  package var openedAt: Timestamp? {
    get { opening.timestamp }
    set { opening = OptionalTimestamp(newValue) }
  }

  @inline(__always)
  package var end: Connection.End? {
    get { rare?.end }
    set { rare = Rare(end: newValue, parent: parent) }
  }

  /// The number of the reason why it ended; `nil` while it lives.
  @inline(__always)
  var endReason: UInt8? { rare?.end?.reason.rawValue }

  /// Of a subflow of MPTCP: the connection that it is part of; else `nil`.
  package var parent: Connection.ID? { rare?.parent }

  /// What that batch added; known until the next one.
  @inline(__always)
  var growth: Growth {
    get { change?.growth ?? Growth() }
    set { set(newValue, shares) }
  }

  /// Where the time of that interval went; of a group, that of the connection that is limited most.
  @inline(__always)
  var shares: SendShares? {
    get { change?.shares }
    set { set(growth, newValue) }
  }

  mutating func set(_ growth: Growth, _ shares: SendShares?) {
    if change != nil, isKnownUniquelyReferenced(&change) {
      change?.growth = growth
      change?.shares = shares
    } else {
      change = growth == Growth() && shares == nil ? nil : Change(growth: growth, shares: shares)
    }
  }

  /// Keeps no longer what a batch added, as there is another one.
  mutating func forgetChange() { change = nil }

  /// Whether it refers to nothing outside it, so that its memory is all of it.
  var isPlain: Bool {
    rare == nil && change == nil && counters.accepted == nil && counters.lossCauses == nil
  }

  /// Whether a listener of its local port, older than nettop as it is itself, is likely to have
  /// accepted it. Nobody saw that: the port could be bound before a connect too.
  package var isLikelyIncoming: Bool {
    get { marks.contains(.likelyIncoming) }
    set { mark(.likelyIncoming, newValue) }
  }

  /// Whether it ended a moment ago and is still shown among the live ones.
  @inline(__always)
  package var lingers: Bool {
    get { marks.contains(.lingering) }
    set { mark(.lingering, newValue) }
  }

  /// Whether the user tagged it; of a group, whether all of it is.
  @inline(__always)
  package var isTagged: Bool {
    get { marks.contains(.tagged) }
    set { mark(.tagged, newValue) }
  }

  /// Of a group, whether any of its connections is tagged.
  var hasTaggedConnections: Bool {
    get { marks.contains(.partlyTagged) }
    set { mark(.partlyTagged, newValue) }
  }

  /// Whether its other end is on this host too.
  var isLocal: Bool {
    get { marks.contains(.local) }
    set { mark(.local, newValue) }
  }

  /// Whether nothing that it has carried counts in groups, as it is from before they began to count.
  @inline(__always)
  var isUncarried: Bool {
    get { marks.contains(.uncarried) }
    set { mark(.uncarried, newValue) }
  }

  /// Whether the table keeps what it had carried before groups began to count.
  @inline(__always)
  var hasBase: Bool {
    get { marks.contains(.based) }
    set { mark(.based, newValue) }
  }

  @inline(__always)
  private mutating func mark(_ mark: Marks, _ isSet: Bool) {
    if isSet { marks.insert(mark) } else { marks.remove(mark) }
  }

  /// Changes it where it is.
  mutating func change(_ body: (inout Row) -> Void) { body(&self) }

  /// Takes over the state and the endpoints of its connection.
  mutating func update(from connection: Connection) {
    state = connection.state
    local = connection.local
    remote = connection.remote
    direction = connection.direction
  }

  /// Takes over new counters of its connection.
  ///
  /// - Parameters:
  ///   - sample: the number of the batch that has them.
  ///   - interval: the seconds since the batch before; `nil` if these are unknown.
  /// - Returns: how much they grew.
  mutating func grow(to counters: Counters, in sample: UInt64, over interval: Double?) -> Growth {
    let growth = Growth(from: self.counters, to: counters)
    if self.sample == sample {
      self.growth += growth
    } else {
      self.sample = sample
      seconds = interval ?? 0
      set(growth, SendShares(from: self.counters.path, to: counters.path, over: seconds))
    }
    self.counters = counters
    return growth
  }

  /// Whether what it grew in a batch counts in the sums of the host. Without an opening, the first
  /// sample has no other to grow from.
  func hasKnownGrowth(in sample: UInt64) -> Bool {
    isCounted && (isCountedFromZero || firstSample != sample)
  }

  /// Whether it waits for any peer, rather than being a connection.
  @inline(__always)
  package var isListener: Bool { state.isListening }

  /// Whether it is what a UDP socket exchanges with one remote end.
  @inline(__always)
  package var isFlow: Bool { proto == .udp && !isListener }

  /// As `Connection.isCountedFromZero`.
  @inline(__always)
  var isCountedFromZero: Bool { openedAt != nil || isFlow }

  /// Under which number it is counted among all: that of its state, or `Tally.flow`.
  @inline(__always)
  var tally: Int { isFlow ? Tally.flow : Int(state.rawValue) }

  /// As what it is counted among the live rows; `nil` if it is not.
  @inline(__always)
  var liveTally: Int? { end == nil && isCounted ? tally : nil }

  @inline(__always)
  package var isGroup: Bool { kind != .connection }

  /// Whether it is marked as tagged: a group is by any of its connections, as a key acts on those.
  @inline(__always)
  package var showsTag: Bool { isTagged || hasTaggedConnections }

  /// Whether sums have it: an MPTCP connection is in them by its subflows.
  @inline(__always)
  package var isCounted: Bool { proto != .mptcp || isListener }
}

extension Row: Slotted {
  @inline(__always)
  package var slotKey: Connection.ID? { id }
}
