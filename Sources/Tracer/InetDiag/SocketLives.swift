import Connections

/// What events told of TCP sockets: who connected and closed, when, and how they ended. Sock_diag tells
/// none of it, and the events no figures.
///
/// Pure: it knows neither the kernel nor a clock.
struct SocketLives {
  /// What is known of one socket, from its opening on.
  struct Life: Hashable, Sendable {
    /// The ends, as far as the events had them.
    fileprivate(set) var local: Endpoint?
    fileprivate(set) var remote: Endpoint?
    fileprivate(set) var direction = Connection.Direction.unknown
    /// When `connect` was called, or the handshake completed.
    fileprivate(set) var openedAt: Timestamp?
    /// The process that called `connect` or `listen`, and when.
    fileprivate(set) var opener: Actor?
    /// The process that shut it down or closed it, and when.
    fileprivate(set) var closer: Actor?
    fileprivate(set) var hasReceivedFIN = false
    fileprivate(set) var isListener = false
    fileprivate(set) var reset: Reset?
    /// When it came to CLOSE, and from which state.
    fileprivate(set) var end: End?
    /// Whether the kernel destroyed it in the same moment: no process held it any more.
    fileprivate(set) var wasOrphan = false
    /// Its cookie, once an event or a dump has told it.
    fileprivate(set) var cookie: UInt64?

    /// Whether it had not ended at a time.
    fileprivate func wasLive(at time: Timestamp) -> Bool { end.map { $0.at >= time } ?? true }
  }

  /// A process at one moment.
  struct Actor: Hashable, Sendable {
    let process: StateEvent.Current
    let time: Timestamp
  }

  struct End: Hashable, Sendable {
    let at: Timestamp
    let from: SocketState
    fileprivate let moment: Moment
  }

  /// Who ran, and in which of a CPU's contexts.
  fileprivate struct Moment: Hashable, Sendable {
    let pid: Int32
    let context: UInt64

    init(_ event: StateEvent) {
      pid = event.current.pid
      context = event.context
    }
  }

  private struct Tuple: Hashable {
    let local: Endpoint
    /// `nil` for a listener.
    let remote: Endpoint?

    init(local: Endpoint, remote: Endpoint) {
      self.local = local.unzoned
      self.remote = remote.port == 0 ? nil : remote.unzoned
    }

    /// `nil` where the ends are not known yet.
    init?(_ life: Life) {
      guard let local = life.local, life.remote != nil || life.isListener else { return nil }
      self.local = local
      remote = life.remote
    }
  }

  /// By the addresses of sockets in the kernel.
  private var lives: [UInt64: Life] = [:]
  /// The addresses of the sockets with these ends: of several namespaces there can be several, and
  /// of those that ended and that a process still holds.
  private var sockets: [Tuple: [UInt64]] = [:]
  /// Those that the kernel destroyed, by their cookies, until they are asked for.
  private var destroyed: [UInt64: Life] = [:]
  /// The socket of each CPU's latest event.
  private var latest: [UInt16: UInt64] = [:]
  /// The destroyed ones in the order in which they came, from `oldest` on.
  private var order: [(cookie: UInt64, at: Timestamp)] = []
  private var oldest = 0

  /// Of how many sockets with the same ends one is looked for.
  private static let mostAlike = 8
  /// How long those are kept that nobody asks for, in seconds.
  private static let patience = 3.0
  /// How long after its end a socket is destroyed at most that no process holds, in nanoseconds. The
  /// kernel does both with softirqs off, but a hypervisor or an interrupt can come between.
  private static let moment: Int64 = 1_000_000
  /// How long a process mostly takes at most to close a socket whose connection has ended, in
  /// seconds.
  private static let reaction = 0.1

  mutating func take(_ event: StateEvent) {
    defer { latest[event.cpu] = event.socket }
    guard event.socket != 0 else { return }
    switch event.kind {
    case .stateChange(let old, let new): change(event, from: old, to: new)
    case .resetReceived: note(Reset(isSent: false, reason: nil), event)
    case .resetSent: note(Reset(isSent: true, reason: event.resetReason), event)
    case .destroyed: destroy(event)
    }
  }

  private mutating func note(_ reset: Reset, _ event: StateEvent) {
    // The first event of an older connection can be the reset that it receives. A listener sends
    // resets to those who have no connection.
    guard var life = lives[event.socket] ?? (reset.isSent ? nil : Life()), !life.isListener else {
      return
    }
    life.reset = life.reset ?? reset
    if let cookie = event.cookie, cookie != 0 { life.cookie = cookie }
    lives[event.socket] = life
  }

  private mutating func change(_ event: StateEvent, from old: SocketState, to new: SocketState) {
    // The kernel uses the memory of a socket again, for another one, and a socket connects again.
    if old == .closed || old == .listen && new == .synReceived { forget(event.socket) }
    let known = lives[event.socket]
    var life = known ?? Life()
    let actor = Actor(process: event.current, time: event.time)
    switch (old, new) {
    case (.closed, .synSent):
      (life.direction, life.openedAt, life.opener) = (.outgoing, event.time, actor)
    case (.closed, .listen):
      (life.opener, life.isListener) = (actor, true)
    case (.listen, .synReceived):
      life.direction = .incoming
    case (.synReceived, .established) where life.direction == .incoming:
      life.openedAt = event.time
    case (_, .finWait1), (_, .lastAck):
      life.closer = actor
    default: break
    }
    if old.hasReceivedFIN || new.hasReceivedFIN { life.hasReceivedFIN = true }
    if new == .closed {
      life.end = life.end ?? End(at: event.time, from: old, moment: Moment(event))
    }
    if let local = event.local, local.port != 0 { life.local = local }
    if let remote = event.remote, remote.port != 0 { life.remote = remote }
    lives[event.socket] = life
    if known == nil || [.established, .synSent, .listen, .closed].contains(new) {
      index(event.socket, life)
    }
  }

  private mutating func index(_ socket: UInt64, _ life: Life) {
    guard let tuple = Tuple(life) else { return }
    if sockets[tuple]?.contains(socket) != true { sockets[tuple, default: []].append(socket) }
  }

  private mutating func destroy(_ event: StateEvent) {
    guard var life = forget(event.socket), let cookie = event.cookie ?? life.cookie, cookie != 0
    else { return }
    life.cookie = cookie
    if let end = life.end {
      life.wasOrphan = isOneMoment(end, event)
      // Who destroys it later is the process that closed it.
      if !life.wasOrphan {
        life.closer = life.closer ?? Actor(process: event.current, time: event.time)
      }
    }
    destroyed[cookie] = life
    order.append((cookie, event.time))
  }

  /// Whether the kernel destroyed a socket where it ended it, without another event on that CPU in
  /// between. A process that held it would have run first.
  private func isOneMoment(_ end: End, _ event: StateEvent) -> Bool {
    end.moment == Moment(event) && latest[event.cpu] == event.socket
      && event.time.nanoseconds - end.at.nanoseconds < Self.moment
  }

  // MARK: Sockets of dumps

  /// Whether there is a socket with these ends that was live at a time. A listener has no remote
  /// port.
  func hasLive(local: Endpoint, remote: Endpoint, at time: Timestamp) -> Bool {
    addresses(local, remote).contains { lives[$0]?.wasLive(at: time) == true }
  }

  /// What is known of a socket that a dump has; `nil` if nothing is, or if it can be one of several.
  ///
  /// - Parameters:
  ///   - cookie: `nil` for a connection of MPTCP, which has the ends of its first subflow.
  ///   - time: when it was live: when the dump began.
  ///   - isHere: whether a socket is in the namespace of the dump; `nil` where that is not known.
  mutating func live(
    local: Endpoint,
    remote: Endpoint,
    cookie: UInt64?,
    at time: Timestamp,
    isHere: (Life) -> Bool?
  ) -> Life? {
    let found = addresses(local, remote).filter { lives[$0]?.wasLive(at: time) == true }
    guard let socket = only(cookie, among: found, isHere) else { return nil }
    if let cookie { lives[socket]?.cookie = cookie }
    return lives[socket]
  }

  /// What is known of a socket that a dump does not have, if it has ended and a process holds it: the
  /// kernel tells no more of it until the process closes it. `nil` if it can be one of several.
  ///
  /// - Parameter isHere: whether a socket is in the namespace of the dump; `nil` where that is not
  ///   known.
  mutating func held(_ missing: MissingSocket, isHere: (Life) -> Bool?) -> Life? {
    let found = addresses(missing.local, missing.remote)
    // By its ends alone it is recognized only if it has ended for certain: else it can be a live one
    // that is older than the events, and another namespace has the one that ended.
    guard missing.isGone || found.contains(where: { lives[$0]?.cookie == missing.cookie }),
      let socket = only(missing.cookie, among: found, isHere), let end = lives[socket]?.end,
      // Its final figures are to come, unless the process keeps it.
      missing.isGone || missing.time.seconds(since: end.at) >= Self.reaction
    else { return nil }
    lives[socket]?.cookie = missing.cookie
    return lives[socket]
  }

  private func addresses(_ local: Endpoint, _ remote: Endpoint) -> [UInt64] {
    sockets[Tuple(local: local, remote: remote)] ?? []
  }

  /// The socket with a cookie among those with the same ends. If no event and no dump had that cookie,
  /// it is the one whose opener is in the namespace, or the only one of which that is not known.
  private func only(
    _ cookie: UInt64?,
    among found: [UInt64],
    _ isHere: (Life) -> Bool?
  ) -> UInt64? {
    var found = found
    if let cookie {
      let named = found.filter { lives[$0]?.cookie == cookie }
      if named.count == 1 { return named[0] }
      // Before Linux 5.4 each namespace has cookies of its own.
      found = named.isEmpty ? found.filter { lives[$0]?.cookie == nil } : named
    }
    // Each costs a look at `/proc`, for each socket with these ends.
    guard found.count <= Self.mostAlike else { return nil }
    let places = found.map { lives[$0].flatMap(isHere) }
    let here = found.indices.filter { places[$0] == true }
    if here.count == 1 { return found[here[0]] }
    return found.count == 1 && places[0] == nil ? found[0] : nil
  }

  /// What is known of a socket that the kernel has destroyed; it is forgotten.
  ///
  /// - Parameters:
  ///   - local: its port at this end.
  ///   - remote: its port at the other end; 0 where the kernel has forgotten it.
  mutating func takeDestroyed(_ cookie: UInt64, local: UInt16, remote: UInt16) -> Life? {
    guard let life = destroyed[cookie] else { return nil }
    // Before Linux 5.4 another namespace can have a socket with this cookie.
    guard remote == 0 || life.remote == nil || life.remote?.port == remote,
      local == 0 || life.local == nil || life.local?.port == local
    else { return nil }
    destroyed[cookie] = nil
    return life
  }

  /// Forgets those that were destroyed and that nobody asked for: sockets that no notification is for,
  /// and those of namespaces that are not read.
  ///
  /// - Returns: how many of them were connections.
  mutating func expire(at now: Timestamp) -> Int {
    var connections = 0
    while oldest < order.count, now.seconds(since: order[oldest].at) > Self.patience {
      defer { oldest += 1 }
      guard let life = destroyed.removeValue(forKey: order[oldest].cookie) else { continue }
      if life.openedAt != nil { connections += 1 }
    }
    // Half at once: to remove a few would move all others, many times a second.
    if oldest * 2 > order.count {
      order.removeFirst(oldest)
      oldest = 0
    }
    return connections
  }

  @discardableResult
  private mutating func forget(_ socket: UInt64) -> Life? {
    guard let life = lives.removeValue(forKey: socket) else { return nil }
    if let tuple = Tuple(life) {
      sockets[tuple]?.removeAll { $0 == socket }
      if sockets[tuple]?.isEmpty == true { sockets[tuple] = nil }
    }
    return life
  }
}

extension SocketLives.Life {
  /// Why the connection ended, as far as its states and resets show it.
  var reason: Connection.CloseReason? {
    guard let end else { return nil }
    switch end.from {
    case .synSent:
      if reset?.isSent == false { return .refused }
      return nil
    case .finWait2, .closing, .lastAck, .listen: return reset == nil ? .fin : .reset
    default: return reset == nil ? nil : .reset
    }
  }

  /// Whether the peer's FIN had come, so that it is one of the bytes received; `nil` if the end is not
  /// known, as some events were lost.
  ///
  /// - Parameter unread: what the process had not read at the end, the FIN included.
  func hasReceivedFIN(unread: UInt32) -> Bool? {
    if hasReceivedFIN { return true }
    guard let end else { return nil }
    // In FIN-WAIT-2 the FIN and the end come together. Of a socket that no process holds any more, the
    // FIN is never read; one that a process holds does not end without it, but by a reset.
    guard end.from == .finWait2, reset == nil else { return false }
    return unread > 0 || !wasOrphan
  }
}
