package import Connections
@preconcurrency import Dispatch
import Glibc
import SystemPackage

/// Reads all sockets of TCP, MPTCP and UDP from the kernel's sock_diag each time that a batch is asked
/// for. It needs no rights: with fewer of them it knows less, and says so.
///
/// With CAP_NET_ADMIN the kernel also reports each socket that it frees, with its final figures. With
/// CAP_SYS_ADMIN it reads the sockets of all network namespaces, with CAP_SYS_PTRACE it knows the
/// processes of all users.
package actor InetDiagSource: MeasuredSource {
  /// What it never knows, even as root.
  package static let gaps: Set<SourceHealth.Gap> = [
    .accepted, .direction, .heldEnds, .reasons, .datagrams, .causes,
  ]

  nonisolated private let executor = TracerExecutor()

  nonisolated package var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  private let proc = ProcFS()
  private let clock = BootClock()
  private let finder: NamespaceFinder
  nonisolated private let host: HostSockets
  private let rights: DiagRights
  /// Whether `/proc` has the processes of the host.
  private let isOfHost: Bool
  private let followsUDP: Bool
  private let notice: SourceHealth.Notice?
  private var table: DumpedConnections
  /// By the inodes of the namespaces. `nil` once the source has stopped.
  private var namespaces: [UInt32: NamespaceSockets]? = [:]
  private var builder: BatchBuilder
  private var interfaces: InterfaceNames
  private var processes: ProcessTable
  private let holders: SocketHolders
  private var wakeup: FreedSocketWakeup?
  private var events: StateEvents?
  /// Why there are no events; `nil` if there are.
  private let withoutEvents: SourceError?
  private var lives = SocketLives()
  private var eventProcesses: EventProcesses
  /// When to look for namespaces, and for owners.
  private var visiting: ScanSchedule
  private var searching: ScanSchedule
  private var directoryChange: Int64?
  private var unvisited: Limitation?
  /// Protocols about whose sockets the kernel answers nothing.
  private var unsupported: Set<TransportProtocol> = []
  private var health = SourceHealth()
  /// Connections whose end events told, and no report of the kernel.
  private var unread: UInt64 = 0
  /// Reports that were lost in namespaces that are gone.
  private var lostBefore: UInt64 = 0

  nonisolated package let startedAt: Timestamp

  /// - Parameter notice: why it stands in for a source that knows more; `nil` if it was asked for.
  /// - Throws: `unsupported` where the kernel answers about no socket of TCP.
  package init(
    _ configuration: SourceConfiguration = SourceConfiguration(),
    notice: SourceHealth.Notice? = nil
  ) throws(SourceError) {
    let containers = ContainerNames()
    finder = NamespaceFinder(proc: proc, containers: containers)
    host = HostSockets(finder: finder, clock: clock, proc: proc)
    rights = DiagRights(proc: proc)
    isOfHost = proc.isOfHost
    followsUDP = configuration.followsUDP
    self.notice = notice
    table = DumpedConnections(endedLimit: configuration.endedLimit)
    builder = BatchBuilder(finder: finder, proc: proc, clock: clock)
    interfaces = InterfaceNames(finder: finder)
    processes = ProcessTable(proc: proc, clock: clock, containers: containers)
    holders = SocketHolders(proc: proc)
    visiting = ScanSchedule(idlePeriod: 1)
    searching = ScanSchedule(idlePeriod: configuration.scanPeriod)
    if !proc.hasMPTCP { unsupported.insert(.mptcp) }
    eventProcesses = EventProcesses(proc: proc, isOfHost: isOfHost)
    do throws(SourceError) {
      events = try StateEvents(clock: clock)
      withoutEvents = nil
    } catch {
      withoutEvents = error
    }
    startedAt = clock.now
    do throws(Errno) {
      if let left = try OpenFiles.left(), left < Self.spareFiles { throw .tooManyOpenFiles }
      try SocketDump.probe(UInt8(TransportProtocol.tcp.rawValue))
    } catch {
      throw SourceError.withoutDiagnosis(error)
    }
  }

  /// Closes all sockets. No batch follows.
  package func stop() {
    wakeup = nil
    namespaces = nil
    events = nil
  }

  package func follow(_ following: Bool) throws(SourceError) {
    try events?.follow(following)
    for namespace in namespaces?.values ?? [:].values { namespace.follow(following) }
  }

  /// All that changed since the last batch, `nil` once the source has stopped.
  package func nextBatch(isKeyframe: Bool) throws(SourceError) -> Batch? {
    guard namespaces != nil else { return nil }
    let isKeyframe = builder.isKeyframe(isKeyframe)
    table.reportsAll = isKeyframe
    interfaces.expire(at: clock.now)
    visitNamespaces()
    drain()
    var failure: Errno?
    health.passTime = measured {
      var dumps: [DumpedConnections.Dump] = []
      for namespace in namespaces?.values.sorted(by: { $0.inode < $1.inode }) ?? [] {
        do throws(Errno) { dumps.append(try read(namespace)) } catch { failure = failure ?? error }
      }
      let isNotified = dumps.contains(where: \.isNotified)
      let unseen = table.endMissing(dumps) { held($0) }
      if isNotified { health[.unseen] += UInt64(unseen) }
    }
    table.countUnknownOwners()
    if searching.isDue(unsettled: table.unknownOwners, tableFull: false, at: clock.now) {
      findOwners()
    }
    let named = processes.takeNamed()
    if !named.isEmpty { table.reviseOwners { _, owner in owner.replacing(named) } }
    let isWhole = try builder.finish(isKeyframe: isKeyframe, failure, at: "list its sockets")
    return batch(isKeyframe: isWhole)
  }

  // MARK: Namespaces

  /// Files that are left to others: without one at the wrong moment, Dispatch ends the process.
  private static let spareFiles = 16

  /// Opens the sockets of new namespaces, and closes those of namespaces that only these keep.
  private func visitNamespaces() {
    let change = finder.directoryChange()
    let isChanged = change != directoryChange || namespaces?.isEmpty == true
    guard visiting.isDue(unsettled: isChanged ? .max : 0, tableFull: false, at: clock.now) else {
      return
    }
    directoryChange = change
    let known = namespaces ?? [:]
    // Without the right to enter others, only the own one is opened.
    var shortage: Errno?
    var left: Int?
    let start = ContinuousClock.now
    func isNew(_ inode: UInt32) -> Bool { known[inode] == nil }
    let visits = finder.visitAll(where: isNew) { inode -> NamespaceSockets? in
      do throws(Errno) {
        if left == nil { left = try OpenFiles.left() }
        if let room = left {
          guard room >= NamespaceSockets.files + Self.spareFiles else { throw .tooManyOpenFiles }
          left = room - NamespaceSockets.files
        }
        return try NamespaceSockets(inode: inode, isNotified: rights.isNotified)
      } catch {
        shortage = error
        return nil
      }
    }
    for case (let inode, let sockets?) in visits.values {
      namespaces?[inode] = sockets
      builder.namespaces.note(
        inode,
        cookie: sockets.serial,
        at: UInt64(clamping: clock.now.nanoseconds)
      )
      listen(to: sockets)
    }
    if visits.unlisted == nil {
      leave(known.keys.filter { !visits.found.contains($0) })
    }
    unvisited = Limitation.unread(visits, shortage)
    visiting.done(at: clock.now, took: ContinuousClock.now - start, unsettled: 0)
  }

  private func leave(_ inodes: [UInt32]) {
    for inode in inodes {
      guard let sockets = namespaces?[inode] else { continue }
      drain(sockets)
      lostBefore += sockets.lost
      namespaces?[inode] = nil
    }
    table.endNamespaces(Set(inodes), at: clock.now)
  }

  private func listen(to sockets: NamespaceSockets) {
    if wakeup == nil {
      wakeup = FreedSocketWakeup(queue: executor.queue) { [weak self] in
        self?.assumeIsolated { $0.drain(limit: Self.drained) } ?? false
      }
      if let events { wakeup?.add(events.descriptor) }
    }
    if let descriptor = sockets.descriptor { wakeup?.add(descriptor) }
  }

  // MARK: Sockets

  /// How many freed sockets of a namespace are taken in between two other things to do.
  private static let drained = 256

  /// Takes in what happened to sockets, and those that were freed.
  ///
  /// - Parameter limit: of freed sockets in one namespace; `nil` for all that wait now.
  /// - Returns: whether more wait.
  @discardableResult
  private func drain(limit: Int? = nil) -> Bool {
    takeEvents()
    let isMore = (namespaces?.values ?? [:].values).reduce(false) {
      drain($1, limit: limit) || $0
    }
    // A report that waits still asks for what events told of its socket.
    if !isMore { unread += UInt64(lives.expire(at: clock.now)) }
    return isMore
  }

  @discardableResult
  private func drain(_ namespace: NamespaceSockets, limit: Int? = nil) -> Bool {
    let now = clock.now
    return namespace.drain(limit: limit) { socket, proto in
      if proto == .udp, !followsUDP { return }
      let life = proto == .tcp ? destroyed(socket) : nil
      table.end(
        socket,
        proto,
        netns: namespace.inode,
        at: now,
        after: namespace.last,
        namespace.earlier,
        told: life.map(told),
        zone: { interfaces.zone(InterfaceNames.Place(netns: namespace.inode, index: $0)) }
      )
    }
  }

  private func takeEvents() {
    events?.drain(all: true) { lives.take($0) }
  }

  /// What events told of a socket that was freed.
  private func destroyed(_ socket: DumpedSocket) -> SocketLives.Life? {
    func take() -> SocketLives.Life? {
      lives.takeDestroyed(socket.cookie, local: socket.localPort, remote: socket.remotePort)
    }
    if let life = take() { return life }
    // Its events came before it was freed, but maybe after they were read last.
    takeEvents()
    return take()
  }

  /// What events told of a live socket.
  private func told(
    of socket: DumpedSocket,
    _ proto: TransportProtocol,
    in netns: UInt32,
    _ dump: DumpedConnections.Dump
  ) -> DumpedConnections.Told? {
    let (local, remote) = (socket.local, socket.remote)
    if dump.previous != nil, !lives.hasLive(local: local, remote: remote, at: dump.time) {
      // It can have opened since the events were read last.
      takeEvents()
    }
    let life = lives.live(
      local: local,
      remote: remote,
      cookie: proto == .mptcp ? nil : socket.cookie,
      at: dump.time,
      isHere: { isOpener(of: $0, in: netns) }
    )
    return life.map(told)
  }

  /// What events told of the end of a socket that a process holds.
  private func held(_ missing: MissingSocket) -> DumpedConnections.Told? {
    lives.held(missing) { isOpener(of: $0, in: missing.netns) }.map(told)
  }

  /// Whether the process that opened a socket is in a namespace: events do not say in which one the
  /// socket is. `nil` where that is not known.
  private func isOpener(of life: SocketLives.Life, in netns: UInt32) -> Bool? {
    // The PIDs of events are those of the host.
    guard isOfHost else { return nil }
    return life.opener
      .flatMap { proc.namespaceInode("\($0.process.pid)/ns/net") }
      .map { $0 == netns }
  }

  /// What events told of a socket, with the processes that they named.
  private func told(_ life: SocketLives.Life) -> DumpedConnections.Told {
    func process(_ actor: SocketLives.Actor?) -> Process? {
      actor.flatMap { actor in
        eventProcesses.process(
          actor.process,
          at: actor.time,
          bootNanoseconds: clock.bootNanoseconds(actor.time),
          now: clock.bootNanoseconds(clock.now),
          &processes
        )
      }
    }
    return DumpedConnections.Told(
      life: life,
      opener: process(life.opener),
      closer: process(life.closer)
    )
  }

  private func read(
    _ namespace: NamespaceSockets
  ) throws(Errno) -> DumpedConnections.Dump {
    let counts = namespace.socketCounts
    var dump = namespace.begin(at: clock.now)
    var complete: Set<TransportProtocol> = []
    var incomplete: Set<TransportProtocol> = []
    for request in DumpRequest.mptcp + DumpRequest.all {
      let proto = request.proto
      if unsupported.contains(proto) || proto == .udp && !followsUDP { continue }
      complete.insert(proto)
      // The kernel walks the sockets of all namespaces for each list.
      if let counts, counts.has(proto) == false { continue }
      do throws(Errno) {
        let isComplete = try namespace.dump(request) { socket in
          table.observe(
            socket,
            proto,
            dump,
            events: { told(of: $0, proto, in: namespace.inode, dump) },
            zone: { interfaces.zone(InterfaceNames.Place(netns: namespace.inode, index: $0)) }
          )
        }
        if !isComplete { incomplete.insert(proto) }
      } catch .protocolNotSupported where proto != .tcp {
        unsupported.insert(proto)
      }
    }
    dump.complete = complete.subtracting(incomplete)
    dump.isNotified = namespace.isNotified
    return dump
  }

  // MARK: Owners

  private func findOwners() {
    var search = SocketHolders.Search()
    health.scanTime = measured { search = holders.search(table.inodes, &processes) }
    table.takeOwners(search.owners)
    health[.holders] = UInt64(search.unlisted)
    searching.done(at: clock.now, took: health.scanTime, unsettled: table.unknownOwners)
  }

  // MARK: The batch

  private func batch(isKeyframe: Bool) -> Batch {
    let now = clock.now
    let deltas = table.takeDeltas()
    let named = builder.name(deltas, at: now)
    health.source = "diag"
    health.notice = notice
    let isNotified = namespaces?.values.allSatisfy(\.isNotified) ?? false
    health.gaps = Self.gaps
    if !isNotified { health.gaps.insert(.shortLived) }
    if events == nil || !isNotified { health.gaps.insert(.openers) }
    health.tracked = table.count
    health.ownersUnknown = table.unknownOwners
    health.udp = followsUDP && !unsupported.contains(.udp) ? .sockets : .off
    health[.ends] = lostBefore + (namespaces?.values.reduce(0) { $0 + $1.lost } ?? 0)
    // Where nobody reports ends, nothing is counted for each of them.
    health[.unread] = isNotified ? unread - min(unread, health[.ends]) : 0
    health[.surplus] = table.endsDropped
    health[.events] = events?.lost ?? 0
    health.limitations =
      [rights.entersNamespaces ? unvisited : nil, builder.unnamed].compactMap(\.self)
      + rights.limitations(isNotified: isNotified)
      + Limitation.ofDiag(
        followsUDP: followsUDP,
        unsupported: unsupported,
        withoutEvents: withoutEvents
      )
    return builder.batch(deltas, named, &health, at: now, isKeyframe: isKeyframe)
  }
}

extension InetDiagSource {
  nonisolated package var inspector: (any SocketInspector)? { host }
  nonisolated package var actor: (any SocketActor)? { host }
}
