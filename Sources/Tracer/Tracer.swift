internal import CTracer
@preconcurrency import Dispatch
import Glibc
import SystemPackage

/// Follows all TCP and UDP connections of the host and streams what changes.
///
/// It needs root (or CAP_BPF, CAP_PERFMON, CAP_NET_ADMIN, CAP_SYS_ADMIN and CAP_SYS_PTRACE). When
/// it ends, or its process does, nothing of it stays in the kernel.
package actor Tracer {
  package struct Configuration: Sendable {
    /// How many connections and listeners are followed at once, at least; `nil`: by the memory of
    /// the host. The kernel takes about 340 bytes for each.
    package var capacity: Int?
    /// Room in bytes for the final records of connections that end between two batches; rounded up
    /// to a power of two. More ends than fit are counted in `Health.recordsLost`.
    package var endedBytes = 4 << 20
    /// How many ends are kept until a batch is asked for, about 300 bytes each. More are counted in
    /// `Health.endsDropped`. Two for each connection of a second, where 30,000 come and go in one.
    package var endedLimit = 1 << 17
    /// Whether UDP is followed too.
    package var followsUDP = true
    /// How many flows of UDP are told apart at once, at least. Datagrams beyond are added to the
    /// figures of their socket. The kernel takes about 220 bytes for each.
    package var flowCapacity = 60_000
    /// How many seconds without a datagram end a flow of UDP.
    package var flowTimeout = 60.0

    package init() {}
  }

  nonisolated private let executor = TracerExecutor()

  nonisolated package var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  private let proc = ProcFS()
  private let clock = BootClock()
  private let finder: NamespaceFinder
  private let diagnosis: SocketDiagnosis
  private let capacity: Int
  private var kernel: KernelHalf?
  private var wakeup: (any DispatchSourceRead)?
  private var decoder: RecordDecoder
  private var connections: ConnectionTable
  private var flows = FlowTable()
  private let flowLimits: DatagramPrograms.Limits?
  private var namespaces: NamespaceTable
  private var schedule = ScanSchedule()
  /// When to look for UDP sockets that the kernel makes for itself.
  private var kernelSockets = ScanSchedule()
  private var health = Health()
  /// The losses that the table was last reconciled for.
  private var reconciledLosses: UInt64 = 0
  private var tableFull: UInt64 = 0
  /// Ends that no program saw and whose figures are gone.
  private var endsUnseen: UInt64 = 0

  /// When it began to follow connections.
  nonisolated package let startedAt: Timestamp

  /// Loads and attaches the programs: from here on no opening and no end is missed.
  package init(_ configuration: Configuration = Configuration()) throws(TracerError) {
    let containers = ContainerNames()
    finder = NamespaceFinder(proc: proc, containers: containers)
    diagnosis = SocketDiagnosis(finder: finder, clock: clock)
    connections = ConnectionTable(endedLimit: configuration.endedLimit, isAmended: true)
    let slots = TableSize.slots(capacity: configuration.capacity, proc: proc)
    capacity = TableSize.capacity(slots: slots)
    flowLimits =
      configuration.followsUDP
      ? DatagramPrograms.Limits(
        capacity: configuration.flowCapacity,
        timeout: configuration.flowTimeout
      ) : nil
    kernel = try KernelHalf(
      KernelObject.Sizes(
        slots: slots,
        endedBytes: TableSize.powerOfTwo(atLeast: max(configuration.endedBytes, 4096)),
        flows: flowLimits
      )
    )
    decoder = RecordDecoder(
      clock: clock,
      processes: ProcessTable(proc: proc, clock: clock, containers: containers)
    )
    namespaces = NamespaceTable(finder: finder)
    startedAt = clock.now
  }

  isolated deinit {
    wakeup?.cancel()
  }

  /// Batches, one at once with all connections there are, then one each interval.
  ///
  /// The consumer sets the pace: a batch is made when it is asked for, and holds all since the
  /// last one. The interval can be changed meanwhile. When the stream ends, or its task is cancelled, the tracer stops. There can be one
  /// stream of a tracer.
  nonisolated package func batches(every interval: Duration) -> Batches {
    Batches(tracer: self, interval: interval)
  }

  /// All that the kernel tells about the socket of a connection or listener now; `nil` where it has
  /// ended, or its namespace cannot be entered. Never another socket's: the cookie is compared.
  nonisolated package func details(of connection: Connection) async -> SocketDetails? {
    await diagnosis.details(of: connection)
  }

  /// Has the kernel end a connection with a reset (`SOCK_DESTROY`, as `ss -K`): its process gets
  /// `ECONNABORTED`, and the reason of its end is `aborted`. Ends a listener likewise.
  nonisolated package func destroy(_ connection: Connection) async throws(ActionError) {
    try await diagnosis.destroy(connection)
  }

  /// What `/proc` tells of a process now; `nil` where it has ended, even if its PID is used again.
  @concurrent nonisolated package func details(of process: Process.ID) async -> ProcessDetails? {
    ProcessReader(proc: proc).details(of: process)
  }

  /// Sends a signal to exactly this process: never to one that has its PID now.
  nonisolated package func send(
    _ signal: ProcessSignal,
    to process: Process.ID
  ) throws(ActionError) {
    try signal.send(to: process, proc: proc)
  }

  /// Detaches everything from the kernel. What follows are no more batches.
  package func stop() {
    wakeup?.cancel()
    wakeup = nil
    kernel = nil
  }

  /// Whether openings and ends are followed as they happen: a measurement of what that costs others
  /// switches it. What was missed meanwhile, later scans and passes put right.
  package func follow(_ following: Bool) throws(TracerError) {
    try kernel?.follow(following)
  }

  /// All that changed since the last batch, `nil` once the tracer has stopped.
  func nextBatch() throws(TracerError) -> Batch? {
    guard let kernel else { return nil }
    do throws(Errno) {
      var pass = try pass(kernel)
      let full = kernel.tableFull != tableFull
      if schedule.isDue(unsettled: pass.unsettled, tableFull: full, at: clock.now) {
        tableFull = kernel.tableFull
        if wakeup == nil {
          // Before the files, which know the owners of MPTCP connections too, but not the subflows
          // that these are found by. Later sockets are seen as they open.
          scanNamespaces(kernel, onlyUDP: false)
          listen(to: kernel)
        } else if kernel.datagrams != nil,
          kernelSockets.isDue(unsettled: 0, tableFull: false, at: clock.now)
        {
          // But those that the kernel makes for itself.
          let took = try measured { () throws(Errno) in scanNamespaces(kernel, onlyUDP: true) }
          kernelSockets.done(at: clock.now, took: took, unsettled: 0)
        }
        health.scanTime = try measured { () throws(Errno) in try kernel.scanFiles() }
        takeHolders(kernel)
        let stale = pass.stale
        pass = try self.pass(kernel)
        pass.stale += stale
        schedule.done(at: clock.now, took: health.scanTime, unsettled: pass.unsettled)
      }
      endsUnseen += UInt64(pass.stale)
      // After the pass: its records must not follow the final ones of the same sockets.
      let losses = kernel.recordsLost
      let live = losses != reconciledLosses || pass.stale > 0 ? kernel.liveCookies() : nil
      drain(kernel)
      if let live {
        connections.reconcile(live: live, at: clock.now)
        flows.reconcile(live: live, at: clock.now)
        // Those that came meanwhile are the next batch's.
        reconciledLosses = losses
      }
      nameUsers()
      try countDatagrams(kernel)
      return batch(kernel, pass)
    } catch {
      throw TracerError(
        .failed,
        "the kernel refused to read its sockets",
        advice: "please report it, with the line below",
        detail: error.description
      )
    }
  }

  private func batch(_ kernel: KernelHalf, _ pass: KernelHalf.Pass) -> Batch {
    let now = clock.now
    let deltas = connections.takeDeltas()
    var inodes: Set<UInt32> = []
    for delta in deltas {
      switch delta {
      case .opened(let connection), .closed(let connection): inodes.insert(connection.netns)
      case .changed, .owner: break
      }
    }
    health.acceptsSeen = kernel.acceptsSeen
    health.gaps = kernel.gaps
    health.resetsWithoutSocket = kernel.resetsWithoutSocket
    health.dropsWithoutSocket = kernel.dropsWithoutSocket
    health.dropReasonsLost = kernel.dropReasonsLost
    health.tracked = pass.tracked
    health.ownersUnknown = pass.unsettled
    health.holdersFull = kernel.holdersFull
    health.capacity = capacity
    health.mapBytes = kernel.mapBytes
    health.tableFull = kernel.tableFull
    health.recordsLost = kernel.recordsLost + endsUnseen + connections.endsDropped
    health.endsDropped = connections.endsDropped
    health.udp = kernel.udp
    health.flows = kernel.datagrams?.flows ?? 0
    health.flowCapacity = flowLimits?.flows ?? 0
    health.flowsFull = kernel.datagrams?.flowsFull ?? 0
    health.cpuTime = Usage.cpuTime
    health.residentBytes = Usage.residentBytes(proc: proc)
    return Batch(
      time: now,
      deltas: deltas,
      namespaces: namespaces.update(inodes, at: now),
      health: health
    )
  }

  private func pass(_ kernel: KernelHalf) throws(Errno) -> KernelHalf.Pass {
    var pass = KernelHalf.Pass()
    health.passTime = try measured { () throws(Errno) in
      pass = try kernel.pass { take($0, kernel) }
    }
    return pass
  }

  /// Finds sockets without a file in all namespaces that can be entered.
  private func scanNamespaces(_ kernel: KernelHalf, onlyUDP: Bool) {
    let descriptors = finder.openAll()
    kernel.scanNamespaces(descriptors, onlyUDP: onlyUDP)
    for descriptor in descriptors { close(descriptor) }
  }

  /// Tells who holds a socket beside its owner, where the last scan found others.
  private func takeHolders(_ kernel: KernelHalf) {
    let cookies = decoder.replaceHolders(kernel.holders)
    if cookies.isEmpty { return }
    let holders = decoder.holders
    connections.reviseOwners { connection in
      guard cookies.contains(connection.id.cookie), var owner = connection.owner else { return nil }
      owner.others = holders[connection.id.cookie]?.filter { $0.id != owner.process.id } ?? []
      return owner
    }
  }

  /// Tells the names of users that the host's user database was slow to give.
  private func nameUsers() {
    let named = decoder.processes.takeNamed()
    if named.isEmpty { return }
    connections.reviseOwners { connection in
      connection.owner.map { owner in
        Owner(
          process: named[owner.process] ?? owner.process,
          source: owner.source,
          isLast: owner.isLast,
          others: owner.others.map { named[$0] ?? $0 }
        )
      }
    }
  }

  private func drain(_ kernel: KernelHalf) {
    kernel.drain { end in
      switch end {
      case .record(let record): take(record, kernel)
      case .amendment(let amendment):
        connections.amend(amendment.cookie) { decoder.end($0, amendedBy: amendment) }
      }
    }
  }

  private func take(_ record: nettop_record, _ kernel: KernelHalf) {
    let connection = decoder.connection(record, drops: kernel.drops(of: record.cookie))
    if connection.proto == .udp {
      flows.observe(connection, at: clock.now)
    } else {
      tell(connection)
    }
  }

  private func tell(_ connection: Connection) {
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
    try datagrams.pass { changed.append(Flow($0, clock: clock)) }
    flows.apply(changed, at: clock.now)
    for row in flows.takeRows() { tell(row) }
  }

  /// Takes ends that pile up before the next batch is asked for.
  private func listen(to kernel: KernelHalf) {
    let source = DispatchSource.makeReadSource(
      fileDescriptor: kernel.descriptor,
      queue: executor.queue
    )
    source.setEventHandler { [weak self] in
      self?.assumeIsolated { tracer in
        if let kernel = tracer.kernel { tracer.drain(kernel) }
      }
    }
    source.activate()
    wakeup = source
  }

  private func measured(_ body: () throws(Errno) -> Void) throws(Errno) -> Duration {
    let clock = ContinuousClock()
    let start = clock.now
    try body()
    return clock.now - start
  }
}
