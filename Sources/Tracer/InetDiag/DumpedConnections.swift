import Connections

/// Turns what sock_diag reports of sockets into connections, and what changed of these into deltas.
///
/// Pure: it asks neither the kernel nor a clock.
struct DumpedConnections {
  /// A socket: before Linux 5.4 each namespace has cookies of its own.
  private struct Key: Hashable {
    let netns: UInt32
    let cookie: UInt64
  }

  /// What is kept of a socket from dump to dump.
  private struct Entry {
    let key: Key
    let id: Connection.ID
    let proto: TransportProtocol
    /// The process that connected or made a listener, as an event named it.
    var opener: Owner?
    var fingerprint: UInt64
    var state: SocketState
    var direction: Connection.Direction
    var localPort: UInt16
    let openedAt: Timestamp?
    var inode: UInt32
    var owner: Owner?
    /// The last dump of its namespace that had it.
    var dump: UInt32
    /// Whether the dump after that did not.
    var isMissing = false
  }

  /// The local port of a listener.
  private struct ListeningPort: Hashable {
    let netns: UInt32
    let port: UInt16
  }

  /// The dump of all sockets of one namespace.
  struct Dump {
    let netns: UInt32
    /// When it began.
    let time: Timestamp
    /// When the dump before it began: what is new was opened since then. `nil` for the first.
    let previous: Timestamp?
    let number: UInt32
  }

  private var entries = SlotMap<Key, Entry>()
  private var connections: DeltaBuilder
  /// Sockets that are reported as ended and of which a notification is still to come.
  private var departed: Set<Key> = []
  /// The owners of sockets by the inodes of these.
  private var owners: [UInt32: Owner] = [:]
  /// The inodes of listeners by their ports.
  private var listeners: [ListeningPort: UInt32] = [:]
  /// The connections of MPTCP by their local tokens.
  private var parents: [UInt64: Connection.ID] = [:]
  private let seed = UInt64.random(in: .min ... .max)

  /// Whether what is observed is reported whole, as it was or not.
  var reportsAll: Bool {
    get { connections.reportsAll }
    set { connections.reportsAll = newValue }
  }

  /// Ends that were not kept until a batch was asked for, since the start.
  var endsDropped: UInt64 { connections.endsDropped }

  init(endedLimit: Int) {
    connections = DeltaBuilder(endedLimit: endedLimit)
  }

  /// How many sockets there are.
  var count: Int { entries.count }

  /// Of these, those that a process holds which is not known.
  private(set) var unknownOwners = 0

  /// The inodes of all sockets that a process holds.
  var inodes: Set<UInt32> {
    var inodes: Set<UInt32> = []
    inodes.reserveCapacity(entries.count)
    for entry in entries.all where entry.inode != 0 { inodes.insert(entry.inode) }
    return inodes
  }

  // MARK: Dumps

  /// What events told of a socket, with the processes that they named.
  struct Told {
    let life: SocketLives.Life
    var opener: Process?
    var closer: Process?
  }

  /// A socket of a dump.
  ///
  /// - Parameters:
  ///   - told: what events told of a live socket with these ends.
  ///   - zone: of link-local addresses of a device, by its index.
  mutating func observe(
    _ socket: DumpedSocket,
    _ proto: TransportProtocol,
    _ dump: Dump,
    told: (_ local: Endpoint, _ remote: Endpoint) -> Told? = { _, _ in nil },
    zone: (_ interface: UInt32) -> String?
  ) {
    guard let state = Self.state(of: socket, proto) else { return }
    let key = Key(netns: dump.netns, cookie: socket.cookie)
    let figures = proto == .mptcp ? MPTCPInfoFigures.ranges : TCPInfoFigures.ranges
    let fingerprint = socket.fingerprint(seed: seed, of: figures)
    let slot: SlotMap<Key, Entry>.Slot
    if let known = entries.slot(of: key) {
      slot = known
      entries.values[Int(slot)].dump = dump.number
      entries.values[Int(slot)].isMissing = false
      if entries.values[Int(slot)].fingerprint == fingerprint, !reportsAll { return }
      entries.values[Int(slot)].fingerprint = fingerprint
    } else {
      let told =
        proto == .udp
        ? nil
        : told(
          Endpoint(address: socket.localAddress(zone: nil), port: socket.localPort),
          Endpoint(address: socket.remoteAddress(zone: nil), port: socket.remotePort)
        )
      slot = entries.insert(
        Entry(
          key: key,
          id: Connection.ID(
            cookie: key.cookie,
            generation: Self.generation(dump, openedAt: told?.life.openedAt)
          ),
          proto: proto,
          opener: told?.opener.map { Owner(process: $0, source: .connect) },
          fingerprint: fingerprint,
          state: state,
          direction: told?.life.direction ?? .unknown,
          localPort: socket.localPort,
          openedAt: told?.life.openedAt ?? (dump.previous == nil ? nil : dump.time),
          inode: socket.inode,
          owner: nil,
          dump: dump.number
        ),
        for: key
      )
    }
    update(slot, socket, state)
    let zone = socket.isLinkLocal ? zone(socket.interface) : nil
    connections.observe(connection(entries.values[Int(slot)], socket, zone: zone))
  }

  /// Brings what is kept of a socket up to date.
  private mutating func update(
    _ slot: SlotMap<Key, Entry>.Slot,
    _ socket: DumpedSocket,
    _ state: SocketState
  ) {
    let index = Int(slot)
    entries.values[index].state = state
    entries.values[index].localPort = socket.localPort
    entries.values[index].inode = socket.inode
    let entry = entries.values[index]
    let port = ListeningPort(netns: entry.key.netns, port: socket.localPort)
    if state == .listen { listeners[port] = socket.inode }
    if entry.proto == .mptcp, let token = MPTCPInfoFigures(socket.info).token {
      parents[Self.token(token, entry.key.netns)] = entry.id
    }
    if entry.direction == .unknown {
      entries.values[index].direction = direction(of: socket, state, entry.proto, port)
    }
    entries.values[index].owner = owner(of: entries.values[index])
  }

  /// All sockets of a namespace were dumped: what was not among them has ended.
  ///
  /// A dump can miss a socket whose neighbour in the kernel's table left meanwhile, and of one whose
  /// end is notified the figures are still to come, so an end is what two dumps miss.
  ///
  /// - Parameter isNotified: whether a notification follows of what has ended.
  /// - Returns: how many ended so.
  mutating func endMissing(
    _ protocols: Set<TransportProtocol>,
    _ dump: Dump,
    isNotified: Bool = false
  ) -> Int {
    var gone: [Key] = []
    for slot in 0..<entries.bound where entries.isUsed(slot) {
      let index = Int(slot)
      guard entries.values[index].dump != dump.number,
        entries.values[index].key.netns == dump.netns,
        protocols.contains(entries.values[index].proto)
      else { continue }
      if entries.values[index].isMissing { gone.append(entries.values[index].key) }
      entries.values[index].isMissing = true
    }
    for key in gone { endUnseen(key, at: dump.time, isNotified: isNotified) }
    return gone.count
  }

  /// A namespace is gone, and all of it.
  mutating func endNamespace(_ netns: UInt32, at time: Timestamp) {
    let keys = entries.all.filter { $0.key.netns == netns }.map(\.key)
    for key in keys { endUnseen(key, at: time, isNotified: false) }
    departed = departed.filter { $0.netns != netns }
  }

  private mutating func endUnseen(_ key: Key, at time: Timestamp, isNotified: Bool) {
    guard let entry = remove(key) else { return }
    // A process can hold a socket long after the end of its connection.
    if isNotified, entry.proto != .mptcp { departed.insert(key) }
    var end = Connection(unseenEndOf: entry.id, netns: key.netns, at: time)
    end.end = Connection.End(at: time, reason: Self.reason(after: entry), isUnseen: true)
    end.owner = entry.owner
    connections.end(end)
  }

  /// What the last state says about an end that nobody saw.
  private static func reason(after entry: Entry) -> Connection.CloseReason {
    switch (entry.proto, entry.state) {
    case (.udp, _): .closed
    case (_, .listen), (_, .closing), (_, .lastAck), (_, .finWait2): .fin
    default: .unknown
    }
  }

  // MARK: Notified ends

  /// A socket that the kernel has freed, with its final figures.
  ///
  /// - Parameters:
  ///   - time: when that was.
  ///   - previous: when the last dump of its namespace began; `nil` if there was none.
  ///   - told: what events told of it.
  mutating func end(
    _ socket: DumpedSocket,
    _ proto: TransportProtocol,
    netns: UInt32,
    at time: Timestamp,
    after previous: Timestamp?,
    told: Told? = nil,
    zone: (_ interface: UInt32) -> String?
  ) {
    let key = Key(netns: netns, cookie: socket.cookie)
    if departed.remove(key) != nil { return }
    let known = remove(key)
    let life = told?.life
    // A socket that was never connected, or a listener that no dump had.
    if known == nil, life?.remote == nil, socket.remotePort == 0 || socket.localPort == 0 { return }
    let dump = Dump(netns: netns, time: time, previous: previous, number: 0)
    var entry =
      known
      ?? Entry(
        key: key,
        id: Connection.ID(
          cookie: key.cookie,
          generation: Self.generation(dump, openedAt: life?.openedAt)
        ),
        proto: proto,
        fingerprint: 0,
        state: life?.end?.from ?? .established,
        direction: .unknown,
        localPort: socket.localPort,
        openedAt: life?.openedAt ?? previous,
        inode: 0,
        owner: nil,
        dump: 0
      )
    if let life, life.direction != .unknown { entry.direction = life.direction }
    if let state = life?.end?.from { entry.state = state }
    let ending = FinalFigures(
      socket,
      proto,
      lastState: entry.state,
      direction: entry.direction,
      hasFIN: life.map { $0.hasReceivedFIN(unread: socket.receiveQueue) }
    )
    if entry.direction == .unknown {
      entry.direction =
        ending.direction ?? listeningDirection(ListeningPort(netns: netns, port: socket.localPort))
    }
    let zone = socket.isLinkLocal ? zone(socket.interface) : nil
    var connection = connection(entry, socket, zone: zone)
    // A socket that was disconnected has forgotten its ends.
    if connection.remote.port == 0, let local = life?.local, let remote = life?.remote {
      (connection.local, connection.remote) = (local, remote)
    }
    connection.counters = ending.counters
    connection.state = .closed
    connection.owner =
      entry.owner ?? told?.opener.map { Owner(process: $0, source: .connect) }
      ?? told?.closer.map { Owner(process: $0, source: .close) } ?? owner(of: entry)
    if let closer = told?.closer, connection.owner?.isProven != true {
      connection.owner = Owner(process: closer, source: .close)
    }
    connection.end = Connection.End(
      at: life?.end?.at ?? time,
      reason: life?.reason ?? ending.reason,
      reset: life?.reset,
      neverEstablished: life?.end?.from == .synSent || ending.neverEstablished,
      isUnseen: ending.isCleared && life?.end == nil
    )
    connections.end(connection)
  }

  private mutating func remove(_ key: Key) -> Entry? {
    guard let entry = entries.remove(key, empty: { $0.owner = nil }) else { return nil }
    if entry.state == .listen {
      listeners[ListeningPort(netns: key.netns, port: entry.localPort)] = nil
    }
    if entry.proto == .mptcp {
      for (token, id) in parents where id == entry.id { parents[token] = nil }
    }
    return entry
  }

  // MARK: Owners

  /// Takes in which processes hold which sockets, all of them.
  mutating func takeOwners(_ owners: [UInt32: Owner]) {
    self.owners = owners
    for slot in 0..<entries.bound where entries.isUsed(slot) {
      let index = Int(slot)
      let owner = owner(of: entries.values[index])
      guard owner != entries.values[index].owner else { continue }
      entries.values[index].owner = owner
      connections.assign(owner, to: entries.values[index].id)
    }
    countUnknownOwners()
  }

  /// Counts the sockets that a process holds which is not known.
  mutating func countUnknownOwners() {
    unknownOwners = 0
    for slot in 0..<entries.bound where entries.isUsed(slot) {
      let index = Int(slot)
      if entries.values[index].inode != 0, entries.values[index].owner?.isProven != true {
        unknownOwners += 1
      }
    }
  }

  private func owner(of entry: Entry) -> Owner? {
    if entry.inode != 0 {
      return owners[entry.inode] ?? (entry.owner?.isProven == true ? entry.owner : nil)
    }
    // No process holds it any more, or none holds it yet.
    if var last = entry.owner, last.isProven {
      last.isLast = true
      return last
    }
    guard entry.direction == .incoming, entry.state != .listen,
      let inode = listeners[ListeningPort(netns: entry.key.netns, port: entry.localPort)],
      let listener = owners[inode]
    else { return nil }
    return Owner(process: listener.process, source: .listener)
  }

  /// Gives connections another owner where more is known of it now; `nil` is as it was.
  mutating func reviseOwners(_ revise: (Connection.ID, Owner) -> Owner?) {
    connections.reviseOwners(revise)
  }

  /// All that is new since the last call.
  mutating func takeDeltas() -> [Delta] {
    entries.shrink()
    return connections.takeDeltas()
  }

  // MARK: Parts of a connection

  private func connection(_ entry: Entry, _ socket: DumpedSocket, zone: String?) -> Connection {
    Connection(
      id: entry.id,
      proto: entry.proto,
      parent: entry.proto == .tcp
        ? socket.subflowToken.flatMap { parents[Self.token($0, entry.key.netns)] } : nil,
      local: Endpoint(address: socket.localAddress(zone: zone), port: socket.localPort),
      remote: Endpoint(address: socket.remoteAddress(zone: zone), port: socket.remotePort),
      netns: entry.key.netns,
      direction: entry.direction,
      state: entry.state,
      counters: Self.counters(socket, entry),
      owner: entry.owner,
      openedAt: entry.openedAt
    )
  }

  private static func counters(_ socket: DumpedSocket, _ entry: Entry) -> Counters {
    if entry.proto == .mptcp { return MPTCPInfoFigures(socket.info).counters(of: socket) }
    guard entry.proto == .tcp, !entry.state.isListening else {
      return Counters(
        retransmits: nil,
        congestionWindow: nil,
        unread: socket.receiveQueue,
        unacknowledged: socket.sendQueue,
        unsent: nil,
        drops: socket.drops,
        uncounted: entry.proto == .udp ? [.bytes, .packets] : []
      )
    }
    let info = TCPInfoFigures(socket.info)
    var counters = info.counters(of: socket)
    counters.bytesSent = info.payloadSent ?? info.payloadSent(socket, entry.state, entry.direction)
    // A FIN counts as a byte.
    let hasFIN = entry.state.hasReceivedFIN && info.bytesReceived > 0
    counters.bytesReceived = info.bytesReceived - (hasFIN ? 1 : 0)
    return counters
  }

  private func direction(
    of socket: DumpedSocket,
    _ state: SocketState,
    _ proto: TransportProtocol,
    _ port: ListeningPort
  ) -> Connection.Direction {
    if state.isListening || proto == .udp { return .unknown }
    if state == .synSent { return .outgoing }
    if proto == .tcp, state == .established || state == .closeWait,
      let proven = TCPInfoFigures(socket.info).direction
    {
      return proven
    }
    return listeningDirection(port)
  }

  private func listeningDirection(_ port: ListeningPort) -> Connection.Direction {
    listeners[port] == nil ? .unknown : .incoming
  }

  private static func state(
    of socket: DumpedSocket,
    _ proto: TransportProtocol
  ) -> SocketState? {
    guard let state = socket.state else { return nil }
    if proto == .udp { return socket.remotePort == 0 ? .unconnected : .established }
    // These have no figures, and no process.
    return state == .timeWait || state == .synReceived || state == .closed ? nil : state
  }

  /// What distinguishes the connections of a cookie. One that is older than the first dump has 0;
  /// where namespaces have cookies of their own, that must not be another's too.
  private static func generation(_ dump: Dump, openedAt: Timestamp?) -> UInt64 {
    guard let time = openedAt ?? (dump.previous == nil ? nil : dump.time) else { return 0 }
    return UInt64(bitPattern: time.nanoseconds) ^ UInt64(dump.netns)
  }

  private static func token(_ token: UInt32, _ netns: UInt32) -> UInt64 {
    UInt64(netns) << 32 | UInt64(token)
  }
}

extension SocketState {
  /// Whether the peer's FIN has come in this state.
  var hasReceivedFIN: Bool {
    switch self {
    case .closeWait, .lastAck, .closing, .timeWait: true
    default: false
    }
  }

  /// Whether this end's FIN is acknowledged in this state.
  var hasAcknowledgedFIN: Bool { self == .finWait2 || self == .timeWait }
}
