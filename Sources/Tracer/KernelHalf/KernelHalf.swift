internal import CLibbpf
internal import CTracer
import Connections
import Dispatch
import Glibc
import SystemPackage
import Threads

/// The BPF programs at work: loads and attaches them, and reads what they found.
final class KernelHalf {
  private let object: BPFObject
  private let passProgram: String
  private let stateChanges: [String]
  private let optional: OptionalPrograms
  private let status: SharedValue<nettop_status>
  private let changes: SharedArray<nettop_record>
  private let table: SocketTable
  private let foundHolders: SharedArray<nettop_holder>
  /// How often a run of a scan met a socket of which it had not met the owner.
  private let unsettledFiles: SharedValue<UInt64>
  private let ended: RingBuffer
  private var events = KernelEventReader()
  private let drops: DropCounts
  /// Sockets that have ended, and whose drops the next pass forgets: a program that met one of them
  /// before can still be at its entry, which the kernel uses again at once.
  private var departed: Set<UInt64> = []
  private var lifecycle: [BPFLink] = []
  private let files: BPFLink
  private let sockets: BPFLink
  private let udpSockets: BPFLink
  /// How datagrams are counted, and by what.
  let udp: SourceHealth.UDPMethod
  let datagrams: DatagramPrograms?
  private let withoutUDP: Limitation?
  /// The kernel's names for the reasons of resets.
  let resetReasons: ReasonNames

  /// Loads the programs and begins to follow what opens from now on.
  init(_ sizes: KernelObject.Sizes) throws(SourceError) {
    LibbpfLog.capture()
    do throws(Errno) {
      try Kernel.checkOpenFiles()
      let loaded = try KernelObject(sizes)
      object = loaded.object
      table = loaded.table
      passProgram = loaded.pass
      stateChanges = loaded.stateChanges
      optional = loaded.optional
      udp = loaded.udp
      datagrams = loaded.datagrams
      withoutUDP = loaded.withoutUDP
      status = try SharedValue(try object.map("status"))
      changes = try SharedArray(try object.map("changes"))
      foundHolders = try SharedArray(try object.map("holders"))
      unsettledFiles = try SharedValue(try object.map(".data.scan"))
      ended = try RingBuffer(try object.map("ended"))
      drops = DropCounts(try object.map("drops"), names: loaded.features.dropReasons)
      resetReasons = loaded.features.resetReasons
      files = try object.attach("scan_files")
      sockets = try object.attach("scan_namespace")
      udpSockets = try object.attach("scan_udp")
    } catch {
      throw Kernel.explain(error, said: LibbpfLog.take())
    }
    try follow(true)
  }

  /// Attaches the programs that see openings and ends, or detaches them.
  func follow(_ following: Bool) throws(SourceError) {
    lifecycle = []
    do throws(Errno) {
      try datagrams?.follow(following)
      guard following else { return }
      for name in stateChanges + optional.programs.map(\.name) {
        lifecycle.append(try object.attach(name))
      }
    } catch {
      throw Kernel.explain(error, said: LibbpfLog.take())
    }
  }

  /// What the kernel takes for maps, in bytes.
  var mapBytes: UInt64 { object.mapBytes + table.slotBytes }

  /// Readable when ends pile up before the next pass.
  var descriptor: Int32 { ended.descriptor }

  /// Counts of the kernel side.
  private var counts: UnsafeMutablePointer<nettop_status> { status.pointer }

  var tableFull: UInt64 { counts.pointee.table_full }
  /// The inode of the host's network namespace, once a scan has reported it.
  var hostNamespace: UInt32? {
    counts.pointee.host_netns == 0 ? nil : counts.pointee.host_netns
  }
  /// Ends whose final record found no room, or cannot be read.
  var recordsLost: UInt64 { counts.pointee.ended_full + events.unreadable }
  /// Ends that no program saw, of connections of which nothing was known.
  var endsGone: UInt64 { counts.pointee.ends_gone }
  /// Ends that no program saw, and that have a record all the same.
  var endsUnseen: UInt64 { counts.pointee.ends_unseen }
  /// Whether a hook reports at once who accepts a connection.
  var acceptsSeen: Bool { optional.has("inet_accept") }
  /// What this kernel cannot report.
  var limitations: [Limitation] { (withoutUDP.map { [$0] } ?? []) + optional.limitations }
  var resetsWithoutSocket: UInt64? {
    optional.has(NETTOP_FEATURE_RESET_REASON) ? counts.pointee.resets_without_socket : nil
  }
  var dropsWithoutSocket: UInt64? {
    optional.has("packet_dropped") ? counts.pointee.drops_without_socket : nil
  }
  var dropReasonsLost: UInt64 {
    optional.has("packet_dropped")
      ? counts.pointee.drops_full + object.skipped("packet_dropped") : 0
  }

  /// How long the jiffies of this kernel are, once a pass has reported it.
  private(set) var jiffies = Jiffies()

  /// Packets of a socket that were dropped, by reason: no older than the record that is at hand.
  func drops(of cookie: UInt64) -> [LossCauses.Drop] { drops[cookie] }

  /// What a pass found.
  struct Pass {
    /// Sockets that are followed.
    var tracked = 0
    /// Sockets held by a process that is not known: at most, that of the listener is.
    var unsettled = 0
  }

  /// Whether the passes hand over sockets and flows that did not change, too.
  var reportsAll: Bool {
    get { counts.pointee.reports_all != 0 }
    set { counts.pointee.reports_all = newValue ? 1 : 0 }
  }

  /// Compares all sockets with what was last reported and hands over those that changed, as many at
  /// once as the kernel half has room for.
  func pass(
    _ receive: (UnsafeBufferPointer<nettop_record>) -> Void
  ) throws(Errno) -> Pass {
    table.growIfCrowded()
    drops.forget(where: departed.contains)
    departed = []
    counts.pointee.tracked = 0
    counts.pointee.unsettled = 0
    counts.pointee.next = 0
    // Safe, as `receive` uses nothing that a round writes, and the actor runs nothing else meanwhile.
    nonisolated(unsafe) let kernel = self
    var failure = passRound()
    while failure == nil, counts.pointee.next > counts.pointee.first {
      // The next round, which writes where this one did, is under way while this one is received.
      let records = try changes.read(first: Int(counts.pointee.changed)) { Array($0) }
      prepareToReceive()
      (failure, _) = concurrently(
        { kernel.passRound() },
        { records.withUnsafeBufferPointer(receive) }
      )
    }
    prepareToReceive()
    try changes.read(first: Int(counts.pointee.changed), receive)
    // What it wrote before is not reported again.
    if let failure { throw failure }
    return Pass(
      tracked: Int(counts.pointee.tracked),
      unsettled: Int(counts.pointee.unsettled)
    )
  }

  /// Visits the sockets from where the last round ended, until there is no more room for records.
  ///
  /// - Returns: why it was cut short.
  private func passRound() -> Errno? {
    counts.pointee.first = counts.pointee.next
    counts.pointee.next = 0
    counts.pointee.changed = 0
    do throws(Errno) { try object.run(passProgram) } catch { return error }
    return nil
  }

  /// Gets what is read with the records of a round.
  private func prepareToReceive() {
    jiffies.learn(jiffies: counts.pointee.jiffies, at: counts.pointee.monotonic_ns)
    drops.refresh(counted: counts.pointee.drops_counted)
  }

  /// Hands over the final records that wait, and what was added to them.
  func drain(_ receive: (KernelEvent) -> Void) {
    table.growIfCrowded()
    drops.refresh(counted: counts.pointee.drops_counted)
    ended.drain { entry in
      guard let event = events.read(entry) else { return }
      if case .end(let record) = event, !drops[record.cookie].isEmpty {
        departed.insert(record.cookie)
      }
      receive(event)
    }
    if drops.isCrowded, let live = try? table.liveCookies() {
      departed.formUnion(drops.cookies.subtracting(live))
    }
  }

  /// The cookies of all sockets that are followed at this moment.
  func liveCookies() throws(Errno) -> Set<UInt64> { try table.liveCookies() }

  /// Searches the open files of all processes: finds sockets that are not followed, and confirms
  /// or corrects the owners of those that are.
  ///
  /// - Returns: how often it went over the files.
  @discardableResult
  func scanFiles() throws(Errno) -> Int {
    counts.pointee.scan &+= 1
    counts.pointee.scan_assigns = 0
    var runs = 0
    func run() throws(Errno) {
      counts.pointee.holders = 0
      unsettledFiles.pointer.pointee = 0
      try files.iterate()
      runs += 1
    }
    // What found no room before finds it now.
    repeat { try run() } while table.growIfCrowded()
    if unsettledFiles.pointer.pointee > 0 {
      counts.pointee.scan_assigns = 1
      try run()
    }
    return runs
  }

  /// Whether ends wait to be drained. Before the first drain: whether any connection has ended.
  var hasUnreadEnds: Bool {
    var ring = pollfd(fd: ended.descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&ring, 1, 0) != 0
  }

  /// The sockets with a file that the first scan met in a network namespace: those of TCP, and those of
  /// UDP with a local port.
  func socketsMet(in namespace: UInt32) -> (tcp: Int, udp: Int) {
    // `struct met_sockets`
    let met: SIMD2<UInt64> = object.value("met", of: namespace) ?? .zero
    return (Int(met.x), Int(met.y))
  }

  /// The processes that the last scan found with a socket that is another's.
  func holders() throws(Errno) -> [nettop_holder] {
    try foundHolders.read(first: Int(counts.pointee.holders)) { Array($0) }
  }

  /// Those beyond, for which there was no room.
  var holdersFull: Int { max(0, Int(counts.pointee.holders) - foundHolders.count) }

  /// Finds sockets without a file in the network namespace of the calling thread.
  ///
  /// - Returns: whether it searched for any.
  func scanNamespace(tcp: Bool, udp: Bool) -> Bool {
    let links = (tcp ? [sockets] : []) + (udp && datagrams != nil ? [udpSockets] : [])
    counts.pointee.waiting = 0
    // A namespace that cannot be read leaves its sockets to the files.
    counts.pointee.scan_counts = counts.pointee.scan <= 1 ? 1 : 0
    for link in links { try? link.iterate() }
    counts.pointee.scan_counts = 0
    // Listeners come before the connections in their queues, which are followed only now.
    if tcp, counts.pointee.waiting > 0 { try? sockets.iterate() }
    return !links.isEmpty
  }
}
