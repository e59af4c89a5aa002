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

  /// Of a connection; a group has one of its own that no connection has.
  package let id: Connection.ID
  package let kind: Kind
  package let proto: TransportProtocol
  package var local: Endpoint
  package var remote: Endpoint
  /// The inode of its network namespace; 0 for a group of several.
  package var netns: UInt32
  package var direction: Connection.Direction
  package var state: SocketState
  /// Its owner in the table's `owners`.
  package var owner: OwnerTable.Slot
  package var counters: Counters
  package var openedAt: Timestamp?
  /// When it was reported first: it was open then, or had been.
  package var seenAt: Timestamp
  /// Whether a listener of its local port, older than nettop as it is itself, is likely to have
  /// accepted it. Nobody saw that: the port could be bound before a connect too.
  package var isLikelyIncoming = false
  package var end: Connection.End? {
    @inline(__always) get { rare?.end }
    set { rare = Rare(end: newValue, parent: parent) }
  }
  /// Whether it ended a moment ago and is still shown among the live ones.
  package var lingers = false
  /// Whether the user tagged it; of a group, whether all of it is.
  package var isTagged = false
  /// Of a group, whether any of its connections is tagged.
  var hasTaggedConnections = false
  /// Whether its other end is on this host too.
  var isLocal = false
  /// Whether its program had never talked to its remote address before; `nil` if that is not known,
  /// and where this end did not open it.
  var isNewDestination: Bool?
  /// Of a subflow of MPTCP: the connection that it is part of; else `nil`.
  package var parent: Connection.ID? { rare?.parent }
  private var rare: Rare?
  /// How many live connections it stands for.
  package var connections: Int32 = 1

  /// The number of the batch that reported it first.
  let firstSample: UInt64
  /// The number of the batch that changed it last.
  var sample: UInt64
  /// What that batch added.
  var growth = Growth()
  /// Over how many seconds it grew; 0 where that is unknown.
  var seconds = 0.0
  /// Where the time of that interval went; of a group, that of the connection that is limited most.
  var shares: SendShares?
  /// What it grew recently.
  var average = RateAverage()

  /// What few rows have. Shared, as a row is copied often.
  private final class Rare: Sendable {
    let end: Connection.End?
    let parent: Connection.ID?

    init?(end: Connection.End?, parent: Connection.ID?) {
      if end == nil, parent == nil { return nil }
      (self.end, self.parent) = (end, parent)
    }
  }

  /// A live connection, first reported by this batch.
  init(_ connection: Connection, owner: OwnerTable.Slot, sample: UInt64, at time: Timestamp) {
    id = connection.id
    kind = .connection
    proto = connection.proto
    rare = Rare(end: nil, parent: connection.parent)
    local = connection.local
    remote = connection.remote
    netns = connection.netns
    direction = connection.direction
    state = connection.state
    self.owner = owner
    counters = connection.counters
    openedAt = connection.openedAt
    seenAt = connection.seenAt ?? time
    firstSample = sample
    self.sample = sample
  }

  /// A group that begins with one of its connections. Groups are identified by their number.
  init(_ kind: Kind, number: UInt64, of first: Row) {
    id = Connection.ID(cookie: number, generation: .max)
    self.kind = kind
    proto = .tcp
    local = first.local
    remote = first.remote
    netns = first.netns
    direction = .unknown
    state = .established
    owner = first.owner
    counters = Counters()
    openedAt = first.openedAt
    seenAt = first.openedAt ?? first.seenAt
    isTagged = true
    connections = 0
    firstSample = 0
    sample = 0
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
      self.growth = growth
      self.sample = sample
      seconds = interval ?? 0
      shares = SendShares(from: self.counters.path, to: counters.path, over: seconds)
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
