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
  private struct Entry: Slotted {
    let key: Key
    let id: Connection.ID
    let proto: TransportProtocol
    /// The process that connected or made a listener, as an event named it.
    var opener: Owner?
    var fingerprint: UInt64
    /// The ends, without zones.
    var local: Endpoint
    var remote: Endpoint
    /// `tcpi_bytes_received`.
    var bytesReceived: UInt64 = 0
    /// The congestion control algorithm.
    var congestionControl: String?
    /// Of a connection of MPTCP: its local token.
    var token: UInt32?
    var state: SocketState
    var direction: Connection.Direction
    let openedAt: Timestamp?
    var inode: UInt32
    var owner: Owner?
    /// The last dump of its namespace that had it.
    var dump: UInt32
    /// Whether the dump after that did not.
    var isMissing = false

    var slotKey: Key? { key }
  }

  /// The local port of a listener.
  private struct ListeningPort: Hashable {
    let netns: UInt32
    let port: UInt16
  }

  private struct Listener {
    let cookie: UInt64
    var inode: UInt32
  }

  /// The dump of all sockets of one namespace.
  struct Dump {
    let netns: UInt32
    /// When it began.
    let time: Timestamp
    /// When the dump before it began: what is new was opened since then. `nil` for the first.
    let previous: Timestamp?
    let number: UInt32
    /// The protocols of which it has every socket.
    var complete: Set<TransportProtocol> = []
    /// Whether the kernel reports sockets that it frees.
    var isNotified = false
  }

  private var entries = SlotMap<Key, Entry>()
  private var connections: DeltaBuilder
  /// Sockets that are reported as ended and of which a notification is still to come, with the times
  /// of these ends.
  private var departed: [Key: Timestamp] = [:]
  /// The owners of sockets by the inodes of these.
  private var owners: [UInt32: Owner] = [:]
  /// The listeners of each port, several of which share it (`SO_REUSEPORT`).
  private var listeners: [ListeningPort: [Listener]] = [:]
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
  ///   - events: what they told of a live socket.
  ///   - zone: of link-local addresses of a device, by its index.
  mutating func observe(
    _ socket: DumpedSocket,
    _ proto: TransportProtocol,
    _ dump: Dump,
    events: (DumpedSocket) -> Told? = { _ in nil },
    zone: (_ interface: UInt32) -> String?
  ) {
    guard let state = Self.state(of: socket, proto) else { return }
    let key = Key(netns: dump.netns, cookie: socket.cookie)
    let figures = proto == .mptcp ? MPTCPInfoFigures.ranges : TCPInfoFigures.ranges
    let fingerprint = socket.fingerprint(seed: seed, of: figures)
    let known = entries.slot(of: key)
    if let known {
      let index = Int(known)
      entries.values[index].dump = dump.number
      entries.values[index].isMissing = false
      if entries.values[index].fingerprint == fingerprint, !reportsAll { return }
    }
    // The kernel is connecting or disconnecting it: address and port can be of two moments.
    if proto == .udp, socket.remotePort != 0, socket.state != .established { return }
    let (local, remote) = (socket.local, socket.remote)
    var isFirst = dump.previous == nil
    var told: Told?
    if known == nil, proto != .udp {
      told = events(socket)
    }
    let openedAt = told?.life.openedAt
    var id =
      known.map { entries.values[Int($0)].id }
      ?? self.id(key, openedAt ?? dump.time, isOlder: isFirst && openedAt == nil)
    // The socket has connected again. One of MPTCP has the addresses of its first subflow.
    if let known, proto != .mptcp,
      (entries.values[Int(known)].local, entries.values[Int(known)].remote) != (local, remote)
    {
      isFirst = false
      id = self.id(key, dump.time, isOlder: false)
      // A dump that was interrupted can have both: the next one will do.
      if id == entries.values[Int(known)].id { return }
      endMissed(key, at: dump.time)
    }
    // The notification is to come of the connection that it has now.
    if known == nil { departed[key] = nil }
    let slot =
      entries.slot(of: key)
      ?? entries.insert(
        Entry(
          key: key,
          id: id,
          proto: proto,
          opener: told?.opener.map {
            Owner(process: $0, source: state == .listen ? .listen : .connect)
          },
          fingerprint: fingerprint,
          local: local,
          remote: remote,
          state: state,
          direction: told?.life.direction ?? .unknown,
          openedAt: openedAt ?? (isFirst ? nil : dump.time),
          inode: socket.inode,
          owner: nil,
          dump: dump.number
        ),
        for: key
      )
    entries.values[Int(slot)].fingerprint = fingerprint
    let before = entries.values[Int(slot)]
    (entries.values[Int(slot)].local, entries.values[Int(slot)].remote) = (local, remote)
    // Events have the local port of a connection only from its establishment on.
    if known != nil, before.opener == nil, before.state == .synSent, state != .synSent {
      entries.values[Int(slot)].opener = events(socket)?.opener.map {
        Owner(process: $0, source: .connect)
      }
    }
    update(slot, socket, state)
    let zone = socket.isLinkLocal ? zone(socket.interface) : nil
    // Only a whole connection has a direction and endpoints.
    let reportsAll = reportsAll
    if before.direction != entries.values[Int(slot)].direction
      || (before.local, before.remote) != (local, remote)
    {
      self.reportsAll = true
    }
    connections.observe(connection(entries.values[Int(slot)], socket, zone: zone))
    self.reportsAll = reportsAll
  }

  /// Brings what is kept of a socket up to date.
  private mutating func update(
    _ slot: SlotMap<Key, Entry>.Slot,
    _ socket: DumpedSocket,
    _ state: SocketState
  ) {
    let index = Int(slot)
    entries.values[index].state = state
    entries.values[index].inode = socket.inode
    if entries.values[index].proto == .tcp, state != .listen {
      entries.values[index].congestionControl = socket.congestionControl
    }
    if entries.values[index].proto == .tcp {
      entries.values[index].bytesReceived = TCPInfoFigures(socket.info).bytesReceived
    }
    let entry = entries.values[index]
    let port = ListeningPort(netns: entry.key.netns, port: socket.localPort)
    if state == .listen { addListener(entry, port) }
    if entry.proto == .mptcp, let token = MPTCPInfoFigures(socket.info).token {
      if token != entry.token { forgetToken(of: entry) }
      entries.values[index].token = token
      parents[Self.token(token, entry.key.netns)] = entry.id
    }
    if entry.direction == .unknown {
      entries.values[index].direction = direction(of: socket, state, entry.proto, port)
    }
    entries.values[index].owner = owner(of: entries.values[index])
  }

  private mutating func addListener(_ entry: Entry, _ port: ListeningPort) {
    let listener = Listener(cookie: entry.key.cookie, inode: entry.inode)
    if let index = listeners[port]?.firstIndex(where: { $0.cookie == listener.cookie }) {
      listeners[port]?[index] = listener
    } else {
      listeners[port, default: []].append(listener)
    }
  }

  private mutating func forgetToken(of entry: Entry) {
    guard let token = entry.token.map({ Self.token($0, entry.key.netns) }),
      parents[token] == entry.id
    else { return }
    parents[token] = nil
  }

  /// All sockets of some namespaces were dumped: what was not among them has ended.
  ///
  /// A dump can miss a socket whose neighbour in the kernel's table left meanwhile, and of one whose
  /// end is notified the figures are still to come, so an end is what two dumps miss, or what events
  /// told of a socket that its process keeps. Its figures are those of the last dump.
  ///
  /// - Parameter events: what they told of the end of a socket.
  /// - Returns: how many ended so that events did not tell.
  @discardableResult
  mutating func endMissing(
    _ dumps: [Dump],
    events: (MissingSocket) -> Told? = { _ in nil }
  ) -> Int {
    let dumps = Dictionary(dumps.map { ($0.netns, $0) }, uniquingKeysWith: { _, last in last })
    // All namespaces at once: there can be hundreds, and this looks at every socket.
    var gone: [(key: Key, time: Timestamp, told: Told?)] = []
    for slot in 0..<entries.bound where entries.isUsed(slot) {
      let index = Int(slot)
      guard let dump = dumps[entries.values[index].key.netns],
        entries.values[index].dump != dump.number,
        dump.complete.contains(entries.values[index].proto)
      else { continue }
      let entry = entries.values[index]
      let told = entry.proto == .tcp ? events(Self.missing(entry, from: dump)) : nil
      if entry.isMissing || told != nil { gone.append((entry.key, dump.time, told)) }
      entries.values[index].isMissing = true
    }
    for (key, time, told) in gone {
      let isNotified = dumps[key.netns]?.isNotified ?? false
      endMissed(key, at: time, isNotified: isNotified, told: told)
    }
    return gone.count { $0.told == nil }
  }

  private static func missing(_ entry: Entry, from dump: Dump) -> MissingSocket {
    MissingSocket(
      netns: entry.key.netns,
      cookie: entry.key.cookie,
      local: entry.local,
      remote: entry.remote,
      time: dump.time,
      isGone: entry.isMissing
    )
  }

  /// Namespaces are gone, and all of them.
  mutating func endNamespaces(_ gone: Set<UInt32>, at time: Timestamp) {
    if gone.isEmpty { return }
    let keys = entries.all.filter { gone.contains($0.key.netns) }.map(\.key)
    for key in keys { endMissed(key, at: time) }
    departed = departed.filter { !gone.contains($0.key.netns) }
  }

  /// Ends a connection without its final figures.
  ///
  /// - Parameters:
  ///   - time: of an end that events did not tell.
  ///   - isNotified: whether the kernel reports it when it frees the socket.
  ///   - told: what events told of the end.
  private mutating func endMissed(
    _ key: Key,
    at time: Timestamp,
    isNotified: Bool = false,
    told: Told? = nil
  ) {
    guard let entry = remove(key) else { return }
    let life = told?.life
    let time = life?.end?.at ?? time
    // A process can hold a socket long after the end of its connection.
    if isNotified, entry.proto != .mptcp { departed[key] = time }
    var end = Connection(unseenEndOf: entry.id, netns: key.netns, at: time)
    end.direction = entry.direction == .unknown ? life?.direction ?? .unknown : entry.direction
    end.end = Connection.End(
      at: time,
      reason: life.map { $0.reason ?? .unknown } ?? Self.reason(after: entry),
      reset: life?.reset,
      neverEstablished: life?.end?.from == .synSent,
      isUnseen: life == nil
    )
    end.owner = told == nil ? entry.owner : lastOwner(of: entry, told)
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
  ///   - earlier: when the one before that began.
  ///   - told: what events told of it.
  mutating func end(
    _ socket: DumpedSocket,
    _ proto: TransportProtocol,
    netns: UInt32,
    at time: Timestamp,
    after previous: Timestamp?,
    _ earlier: Timestamp? = nil,
    told: Told? = nil,
    zone: (_ interface: UInt32) -> String?
  ) {
    let key = Key(netns: netns, cookie: socket.cookie)
    let life = told?.life
    // Unless the socket has connected again since that end.
    if let end = departed.removeValue(forKey: key), life?.openedAt.map({ $0 <= end }) ?? true {
      return
    }
    let known = remove(key)
    // A socket that was never connected, or a listener that no dump had.
    if known == nil, life?.remote == nil, socket.remotePort == 0 || socket.localPort == 0 { return }
    if known == nil, life == nil, proto == .tcp, Self.wasOver(socket, by: earlier, at: time) {
      return
    }
    var entry =
      known
      ?? Entry(
        key: key,
        id: id(
          key,
          life?.openedAt ?? time,
          isOlder: previous == nil && life?.openedAt == nil
        ),
        proto: proto,
        fingerprint: 0,
        local: socket.local,
        remote: socket.remote,
        state: life?.end?.from ?? .established,
        direction: .unknown,
        openedAt: life?.openedAt ?? previous,
        inode: 0,
        owner: nil,
        dump: 0
      )
    if let life, life.direction != .unknown { entry.direction = life.direction }
    if let state = life?.end?.from { entry.state = state }
    if entry.direction == .unknown, proto != .udp, !entry.state.isListening {
      entry.direction = listeningDirection(ListeningPort(netns: netns, port: socket.localPort))
    }
    let ending = FinalFigures(
      socket,
      proto,
      after: FinalFigures.Last(
        state: entry.state,
        direction: entry.direction,
        isHeld: entry.inode != 0,
        bytesReceived: known?.bytesReceived,
        hasFIN: life.flatMap { $0.hasReceivedFIN(unread: socket.receiveQueue) }
      )
    )
    if entry.direction == .unknown { entry.direction = ending.direction ?? .unknown }
    let zone = socket.isLinkLocal ? zone(socket.interface) : nil
    var connection = connection(entry, socket, zone: zone)
    // A socket that was disconnected has forgotten its ends.
    if connection.remote.port == 0, let local = life?.local, let remote = life?.remote {
      (connection.local, connection.remote) = (local, remote)
    }
    connection.counters = ending.counters
    connection.state = .closed
    connection.owner = lastOwner(of: entry, told)
    // No notification has it.
    if connection.counters.path.congestionControl == nil, !ending.isCleared, proto == .tcp {
      connection.counters.path.congestionControl = entry.congestionControl
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

  /// The process that is shown with a connection that has ended.
  private func lastOwner(of entry: Entry, _ told: Told?) -> Owner? {
    let opener = told?.opener.map { Owner(process: $0, source: .connect) }
    let closer = told?.closer.map { Owner(process: $0, source: .close) }
    guard let known = entry.owner ?? opener else { return closer ?? owner(of: entry) }
    // What one process accepted and another closed is that one's.
    guard var closer, known.source != .connect, known.process.id != closer.process.id else {
      return known
    }
    closer.succeed(known)
    return closer
  }

  /// Whether a connection that no dump has now was over before the last dump but one: its process
  /// kept the socket, and the end has been reported.
  private static func wasOver(
    _ socket: DumpedSocket,
    by earlier: Timestamp?,
    at time: Timestamp
  ) -> Bool {
    let info = TCPInfoFigures(socket.info)
    // One that was never established has no such times.
    guard let earlier, info.bytesACKed > 0 || info.bytesReceived > 0, let idle = info.idleTime
    else { return false }
    return Double(idle) > time.seconds(since: earlier) * 1000
  }

  private mutating func remove(_ key: Key) -> Entry? {
    guard let entry = entries.remove(key, empty: { $0.owner = nil }) else { return nil }
    if entry.state == .listen {
      let port = ListeningPort(netns: key.netns, port: entry.local.port)
      listeners[port]?.removeAll { $0.cookie == key.cookie }
      if listeners[port]?.isEmpty == true { listeners[port] = nil }
    }
    forgetToken(of: entry)
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
    if entry.inode != 0, let found = owners[entry.inode] {
      // Of several that hold it, the one that connected comes first.
      guard let opener = entry.opener,
        let process = found.processes.first(where: { $0.id == opener.process.id })
      else { return found }
      let others = found.processes.filter { $0.id != process.id }
      return Owner(process: process, source: opener.source, others: others)
    }
    if var last = entry.owner, last.isProven {
      // No process holds it any more.
      if entry.inode == 0 { last.isLast = true }
      return last
    }
    if let opener = entry.opener { return opener }
    // None holds it yet, or one that is not known.
    let port = ListeningPort(netns: entry.key.netns, port: entry.local.port)
    guard entry.direction == .incoming, entry.state != .listen,
      let listener = listeners[port]?.lazy.compactMap({ owner(of: $0, port.netns) }).first
    else { return entry.owner }
    return Owner(process: listener.process, source: .listener)
  }

  private func owner(of listener: Listener, _ netns: UInt32) -> Owner? {
    if let owner = owners[listener.inode] { return owner }
    let key = Key(netns: netns, cookie: listener.cookie)
    return entries.slot(of: key).flatMap { entries.values[Int($0)].owner }
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
    if entry.state == .listen {
      return Counters(
        congestionWindow: TCPInfoFigures(socket.info).congestionWindow,
        unread: socket.receiveQueue,
        unacknowledged: socket.sendQueue,
        drops: socket.drops
      )
    }
    guard entry.proto == .tcp else {
      return Counters(
        retransmits: nil,
        congestionWindow: nil,
        unread: socket.receiveQueue,
        unacknowledged: socket.sendQueue,
        unsent: nil,
        drops: socket.drops,
        uncounted: [.bytes, .packets]
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
    // These have no figures, and no process; nor has what is left of a socket in FIN-WAIT-2.
    if socket.info.isEmpty { return nil }
    return state == .timeWait || state == .synReceived || state == .closed ? nil : state
  }

  /// The identity of a connection that is new. One that is older than the first dump has the
  /// generation 0, unless another namespace has the same cookie, as before Linux 5.4: each namespace
  /// has cookies of its own there.
  private func id(_ key: Key, _ time: Timestamp, isOlder: Bool) -> Connection.ID {
    let netns = UInt64(key.netns)
    guard isOlder else {
      let generation = UInt64(bitPattern: time.nanoseconds) ^ netns
      return Connection.ID(cookie: key.cookie, generation: generation)
    }
    let older = Connection.ID(cookie: key.cookie, generation: 0)
    return connections.has(older)
      ? Connection.ID(cookie: key.cookie, generation: netns) : older
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
