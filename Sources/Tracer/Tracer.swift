internal import CTracer
package import Connections
@preconcurrency import Dispatch
import Glibc
import SystemPackage

/// Follows all TCP and UDP connections of the host and streams what changes.
///
/// It needs root (or CAP_BPF, CAP_PERFMON, CAP_NET_ADMIN, CAP_SYS_ADMIN and CAP_SYS_PTRACE). When
/// it ends, or its process does, nothing of it stays in the kernel.
package actor Tracer: MeasuredSource {
  nonisolated private let executor = TracerExecutor()

  nonisolated package var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  private let proc = ProcFS()
  private let clock = BootClock()
  private let finder: NamespaceFinder
  nonisolated private let host: HostSockets
  private let tableSize: TableSize
  private var kernel: KernelHalf?
  private var wakeup: (any DispatchSourceRead)?
  /// Whether the first scan is done, which finds what is older than the tracer.
  private var hasScanned = false
  private var decoder: RecordDecoder
  private var connections: DeltaBuilder
  private var flows: FlowTable
  private let flowLimits: DatagramPrograms.Limits?
  private var builder: BatchBuilder
  private var schedule: ScanSchedule
  /// When to look for UDP sockets that the kernel makes for itself.
  private var kernelSockets: ScanSchedule
  private var health = SourceHealth()
  private var tableFull: UInt64 = 0
  /// What the last visits of network namespaces missed.
  private var unvisited: Limitation?
  private var reconciling = ReconcileSchedule()
  /// Ends that reconciling found and that no loss explains.
  private var endsMissed: UInt64 = 0

  /// When it began to follow connections.
  nonisolated package let startedAt: Timestamp

  /// Loads and attaches the programs: from here on no opening and no end is missed.
  package init(
    _ configuration: SourceConfiguration = SourceConfiguration()
  ) throws(SourceError) {
    let containers = ContainerNames()
    finder = NamespaceFinder(proc: proc, containers: containers)
    host = HostSockets(finder: finder, clock: clock, proc: proc)
    connections = DeltaBuilder(endedLimit: configuration.endedLimit, isAmended: true)
    tableSize = TableSize(capacity: configuration.capacity, proc: proc)
    flowLimits =
      configuration.followsUDP
      ? DatagramPrograms.Limits(
        capacity: configuration.flowCapacity,
        timeout: configuration.flowTimeout
      ) : nil
    let kernel = try KernelHalf(
      KernelObject.Sizes(
        table: tableSize,
        endedBytes: TableSize.powerOfTwo(atLeast: max(configuration.endedBytes, 4096)),
        flows: flowLimits,
        pidNamespace: proc.containerPIDNamespace
      )
    )
    self.kernel = kernel
    decoder = RecordDecoder(
      clock: clock,
      processes: ProcessTable(proc: proc, clock: clock, containers: containers),
      interfaces: InterfaceNames(finder: finder),
      resetNames: kernel.resetReasons
    )
    builder = BatchBuilder(finder: finder, proc: proc, clock: clock)
    schedule = ScanSchedule(idlePeriod: configuration.scanPeriod)
    kernelSockets = ScanSchedule(idlePeriod: configuration.scanPeriod)
    startedAt = clock.now
    flows = FlowTable(
      openingsKnownFrom: startedAt.shifted(by: Int64(min(configuration.flowTimeout, 1e9) * 1e9))
    )
  }

  isolated deinit {
    wakeup?.cancel()
  }

  /// Detaches everything from the kernel. No batch follows.
  package func stop() {
    wakeup?.cancel()
    wakeup = nil
    kernel = nil
  }

  package func follow(_ following: Bool) throws(SourceError) {
    try kernel?.follow(following)
  }

  /// All that changed since the last batch, `nil` once the tracer has stopped.
  package func nextBatch(isKeyframe: Bool) throws(SourceError) -> Batch? {
    guard let kernel else { return nil }
    let isKeyframe = builder.isKeyframe(isKeyframe)
    kernel.reportsAll = isKeyframe
    connections.reportsAll = isKeyframe
    defer { kernel.reportsAll = false }
    decoder.interfaces.expire(at: clock.now)
    var failure: Errno?
    // What one step does not get, a later batch has.
    func attempt(_ step: () throws(Errno) -> Void) {
      do throws(Errno) { try step() } catch { failure = failure ?? error }
    }
    attempt { () throws(Errno) in try pass(kernel) }
    let full = kernel.tableFull != tableFull
    if schedule.isDue(unsettled: health.ownersUnknown, tableFull: full, at: clock.now) {
      attempt { () throws(Errno) in try scan(kernel) }
    }
    drainAndReconcile(kernel)
    nameUsers()
    attempt { () throws(Errno) in try countDatagrams(kernel) }
    let isWhole = try builder.finish(isKeyframe: isKeyframe, failure, at: "read its sockets")
    return batch(kernel, isKeyframe: isWhole)
  }

  /// Finds sockets that are not followed, and owners; then passes over all sockets again.
  private func scan(_ kernel: KernelHalf) throws(Errno) {
    tableFull = kernel.tableFull
    health.scanTime = try measured { () throws(Errno) in try kernel.scanFiles() }
    let isFirst = !hasScanned
    // Later sockets are seen as they open.
    if isFirst { scanNamespaces(kernel) }
    try takeHolders(kernel)
    try pass(kernel)
    hasScanned = true
    if isFirst {
      kernel.datagrams?.startCounting()
      listen(to: kernel)
    } else if kernel.datagrams != nil,
      kernelSockets.isDue(unsettled: 0, tableFull: false, at: clock.now)
    {
      // But those that the kernel makes for itself.
      let took = try measured { () throws(Errno) in
        if findKernelSockets(kernel) { try pass(kernel) }
      }
      kernelSockets.done(at: clock.now, took: took, unsettled: 0)
    }
    // What changed hands in the midst of the first one has no owner yet.
    let unsettled = isFirst ? 0 : health.ownersUnknown
    schedule.done(at: clock.now, took: health.scanTime, unsettled: unsettled)
  }

  /// Takes in the final records. After the pass: its records must not follow the final ones of the
  /// same sockets.
  private func drainAndReconcile(_ kernel: KernelHalf) {
    let losses = kernel.recordsLost + kernel.endsGone
    let monotonic = ContinuousClock()
    let start = monotonic.now
    guard reconciling.isDue(losses: losses, at: clock.now), let live = try? kernel.liveCookies()
    else { return drain(kernel) }
    drain(kernel)
    let found =
      connections.reconcile(live: live, at: clock.now) + flows.reconcile(live: live, at: clock.now)
    endsMissed += reconciling.done(
      losses: losses,
      found: found,
      at: clock.now,
      took: monotonic.now - start
    )
  }

  private func batch(_ kernel: KernelHalf, isKeyframe: Bool) -> Batch {
    let now = clock.now
    builder.namespaces.host = kernel.hostNamespace
    let deltas = connections.takeDeltas()
    let named = builder.name(deltas, at: now)
    health.acceptsSeen = kernel.acceptsSeen
    health.limitations = kernel.limitations + [unvisited, builder.unnamed].compactMap(\.self)
    health.resetsWithoutSocket = kernel.resetsWithoutSocket
    health.dropsWithoutSocket = kernel.dropsWithoutSocket
    health.capacity = tableSize.most
    health.mapBytes = kernel.mapBytes
    health[.ends] = kernel.recordsLost
    health[.missed] = kernel.endsGone + endsMissed
    health[.surplus] = connections.endsDropped
    health[.unseen] = kernel.endsUnseen
    health[.openings] = kernel.tableFull
    health[.datagrams] = kernel.datagrams?.flowsFull ?? 0
    health[.uncounted] = kernel.datagrams?.datagramsLost ?? 0
    health[.dropReasons] = kernel.dropReasonsLost
    health[.holders] = UInt64(kernel.holdersFull)
    health.udp = kernel.udp
    health.flows = kernel.datagrams?.flows ?? 0
    health.flowCapacity = flowLimits?.flows ?? 0
    return builder.batch(deltas, named, &health, at: now, isKeyframe: isKeyframe)
  }

  private func pass(_ kernel: KernelHalf) throws(Errno) {
    var pass = KernelHalf.Pass()
    health.passTime = try measured { () throws(Errno) in
      pass = try kernel.pass { records in
        decoder.jiffies = kernel.jiffies
        for record in records { take(record, kernel) }
      }
    }
    health.tracked = pass.tracked
    health.ownersUnknown = pass.unsettled
  }

  /// Finds sockets without a file in all namespaces that can be entered: after those that have one, so
  /// that only namespaces with more than these are walked.
  private func scanNamespaces(_ kernel: KernelHalf) {
    let visits = finder.visitAll { inode in
      let counts = SocketCounts.here
      let met = kernel.socketsMet(in: inode)
      // One that was met and has ended since would make up for one that was not met.
      let hasEnds = kernel.hasUnreadEnds
      return kernel.scanNamespace(
        tcp: hasEnds || counts.map { $0.tcp + $0.tcp6 != met.tcp } ?? true,
        udp: counts.map { $0.udp != met.udp } ?? true
      )
    }
    unvisited = Limitation.unvisited(visits)
  }

  /// The same for sockets of UDP alone, as the openings of those of TCP are all seen.
  ///
  /// - Returns: whether any namespace was walked.
  private func findKernelSockets(_ kernel: KernelHalf) -> Bool {
    let known = flows.socketCounts
    let visits = finder.visitAll { inode in
      kernel.scanNamespace(
        tcp: false,
        udp: SocketCounts.here.map { $0.udp != known[inode, default: 0] } ?? true
      )
    }
    unvisited = Limitation.unvisited(visits)
    return visits.values.values.contains(true)
  }

  /// Reports who holds a socket beside its owner, where the last scan found others.
  private func takeHolders(_ kernel: KernelHalf) throws(Errno) {
    let cookies = decoder.replaceHolders(try kernel.holders())
    if cookies.isEmpty { return }
    let holders = decoder.holders
    connections.reviseOwners { id, owner in
      guard cookies.contains(id.cookie) else { return nil }
      var owner = owner
      owner.others = holders[id.cookie]?.filter { $0.id != owner.process.id } ?? []
      return owner
    }
  }

  /// Reports the names of users for which the host's user database took long.
  private func nameUsers() {
    let named = decoder.processes.takeNamed()
    if named.isEmpty { return }
    connections.reviseOwners { _, owner in owner.replacing(named) }
  }

  private func drain(_ kernel: KernelHalf) {
    kernel.drain { event in
      switch event {
      case .end(let record): take(record, kernel)
      case .amendment(let amendment):
        connections.amend(amendment.cookie) { connection in
          connection.end = connection.end.map { decoder.end($0, amendedBy: amendment) }
        }
      case .closer(let closer):
        connections.amend(closer.cookie, closedBy: decoder.process(closer.owner))
      }
    }
  }

  private func take(_ record: nettop_record, _ kernel: KernelHalf) {
    let connection = decoder.connection(record, drops: kernel.drops(of: record.cookie))
    builder.namespaces.note(record.netns, cookie: record.netns_cookie, at: record.time_ns)
    if connection.proto == .udp {
      flows.observe(connection, at: clock.now)
    } else {
      report(connection)
    }
  }

  private func report(_ connection: Connection) {
    if connection.end == nil {
      connections.observe(connection)
    } else {
      connections.end(connection)
    }
  }

  /// After all sockets, and those that ended: a flow has the owner of its socket.
  private func countDatagrams(_ kernel: KernelHalf) throws(Errno) {
    guard let datagrams = kernel.datagrams else { return }
    var changed: [Flow] = []
    defer {
      flows.apply(changed, at: clock.now)
      for row in flows.takeRows() { report(row) }
    }
    try datagrams.pass { changed.append(decoder.flow($0)) }
  }

  /// Takes ends that pile up before the next batch is asked for.
  private func listen(to kernel: KernelHalf) {
    // A descriptor of its own: the one of the ring buffer ends with the kernel half, and a source
    // uses its descriptor until its cancel handler runs.
    let descriptor = fcntl(kernel.descriptor, F_DUPFD_CLOEXEC, 0)
    // Without one, ends are taken at every pass alone.
    guard descriptor >= 0 else { return }
    let source = DispatchSource.makeReadSource(
      fileDescriptor: descriptor,
      queue: executor.queue
    )
    source.setCancelHandler { close(descriptor) }
    source.setEventHandler { [weak self] in
      self?.assumeIsolated { tracer in
        if let kernel = tracer.kernel { tracer.drain(kernel) }
      }
    }
    source.activate()
    wakeup = source
  }
}

extension Tracer {
  nonisolated package var inspector: (any SocketInspector)? { host }
  nonisolated package var actor: (any SocketActor)? { host }
}
