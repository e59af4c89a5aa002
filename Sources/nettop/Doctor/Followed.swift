import Connections

/// The connections that batches reported, as they are now.
struct Followed {
  /// What happened in a network namespace since the first batch.
  struct Tally: Hashable {
    var connects: UInt64 = 0
    var accepts: UInt64 = 0
    var bytesSent: UInt64 = 0
    var bytesReceived: UInt64 = 0
    var packetsSent: UInt64 = 0
    var packetsReceived: UInt64 = 0
    var datagramsSent: UInt64 = 0
    var datagramsReceived: UInt64 = 0

    fileprivate mutating func grow(_ proto: TransportProtocol, from old: Counters, to new: Counters)
    {
      func growth(_ figure: (Counters) -> UInt64) -> UInt64 {
        figure(new) > figure(old) ? figure(new) - figure(old) : 0
      }
      bytesSent += growth(\.bytesSent)
      bytesReceived += growth(\.bytesReceived)
      packetsSent += growth(\.packetsSent)
      packetsReceived += growth(\.packetsReceived)
      guard proto == .udp else { return }
      datagramsSent += growth(\.packetsSent)
      datagramsReceived += growth(\.packetsReceived)
    }
  }

  private(set) var live: [Connection.ID: Connection] = [:]
  /// By cookie, of the newest connection of a socket.
  private(set) var newest: [UInt64: Connection.ID] = [:]
  /// Those that ended, where they are kept.
  private(set) var ended: [Connection] = []
  private(set) var tallies: [UInt32: Tally] = [:]
  private(set) var names: [UInt32: String] = [:]
  private(set) var health = SourceHealth()
  private(set) var batches = 0
  /// Connections that ended since the first batch, and those of them whose process was known.
  private(set) var endedCount = 0
  private(set) var endedWithOwner = 0
  private var keepsEnded: Bool

  init(keepsEnded: Bool) {
    self.keepsEnded = keepsEnded
  }

  /// Starts to count again, with the connections there are. What the next batch reports happened
  /// before.
  mutating func restart() {
    ended = []
    tallies = [:]
    batches = 0
    (endedCount, endedWithOwner) = (0, 0)
    keepsEnded = false
  }

  /// The connection of a probe that ended last, or lives.
  func connection(of probe: Probe) -> Connection? {
    ended.last(where: probe.isEnd) ?? live.values.first(where: probe.isEnd)
  }

  /// How many connections each listener of TCP got, by cookie.
  var accepted: [UInt64: UInt64] {
    live.values.reduce(into: [:]) { counts, connection in
      if let accepted = connection.counters.accepted { counts[connection.id.cookie] = accepted }
    }
  }

  mutating func apply(_ batch: Batch) {
    for namespace in batch.namespaces { names[namespace.inode] = namespace.name }
    for delta in batch.deltas {
      switch delta {
      case .upsert(let connection):
        let known = live[connection.id]
        let opened = connection.isCountedFromZero ? Counters() : nil
        count(connection, from: known?.counters ?? opened, isNew: known == nil)
        live[connection.id] = connection
        newest[connection.id.cookie] = connection.id
      case .counters(let id, let state, let counters):
        guard var connection = live[id] else { continue }
        let old = connection.counters
        connection.state = state
        connection.counters = counters
        count(connection, from: old, isNew: false)
        live[id] = connection
      case .annotated(let id, let owner):
        live[id]?.owner = owner
      case .ended(let connection):
        close(connection)
      }
    }
    health = batch.health
    batches += 1
  }

  private mutating func close(_ connection: Connection) {
    let known = live.removeValue(forKey: connection.id)
    let connection = known.map { connection.ended(after: $0) } ?? connection
    if newest[connection.id.cookie] == connection.id { newest[connection.id.cookie] = nil }
    let opened = connection.isCountedFromZero ? Counters() : nil
    count(connection, from: known?.counters ?? opened, isNew: known == nil)
    if keepsEnded { ended.append(connection) }
    if batches > 0, !connection.isListener {
      endedCount += 1
      endedWithOwner += connection.owner == nil ? 0 : 1
    }
  }

  private mutating func count(_ connection: Connection, from old: Counters?, isNew: Bool) {
    // What the first batch reports happened before.
    guard batches > 0 else { return }
    var tally = tallies[connection.netns] ?? Tally()
    // An MPTCP connection is counted by its subflows.
    if let old, connection.proto != .mptcp {
      tally.grow(connection.proto, from: old, to: connection.counters)
    }
    if isNew, connection.proto == .tcp, connection.openedAt != nil, !connection.isListener {
      switch connection.direction {
      case .outgoing: tally.connects += 1
      case .incoming: tally.accepts += 1
      case .unknown: break
      }
    }
    tallies[connection.netns] = tally
  }
}
