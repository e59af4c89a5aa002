internal import CTracer
import Connections
import Glibc

/// Turns the kernel half's records into connections.
struct RecordDecoder {
  let clock: BootClock
  var processes: ProcessTable
  var interfaces: InterfaceNames
  var jiffies = Jiffies()
  /// Who else holds a socket, by its cookie.
  var holders: [UInt64: [Process]] = [:]
  private let resetNames: ReasonNames

  init(
    clock: BootClock,
    processes: ProcessTable,
    interfaces: InterfaceNames,
    resetNames: ReasonNames = .resets(in: nil)
  ) {
    self.resetNames = resetNames
    self.clock = clock
    self.processes = processes
    self.interfaces = interfaces
  }

  /// - Parameter drops: packets of its socket that were dropped, by reason.
  mutating func connection(
    _ record: nettop_record,
    drops: [LossCauses.Drop] = []
  ) -> Connection {
    let state = SocketState(rawValue: record.state) ?? .closed
    let local = address(record.local_address, of: record)
    let remote = address(record.remote_address, of: record)
    var connection = Connection(
      id: Connection.ID(cookie: record.cookie, generation: record.opened_ns),
      proto: TransportProtocol(rawValue: record.protocol) ?? .tcp,
      parent: record.parent == 0
        ? nil : Connection.ID(cookie: record.parent, generation: record.parent_opened_ns),
      local: Endpoint(address: local, port: record.local_port),
      remote: Endpoint(address: remote, port: record.remote_port),
      netns: record.netns,
      direction: Connection.Direction(rawValue: record.direction) ?? .unknown,
      state: state,
      counters: isUnseen(record) ? .absent : counters(record, drops),
      owner: owner(record),
      openedAt: record.opened_ns == 0
        ? nil : clock.timestamp(bootNanoseconds: record.opened_ns)
    )
    if state == .closed {
      connection.end = Connection.End(
        at: clock.timestamp(bootNanoseconds: record.time_ns),
        reason: Connection.CloseReason(rawValue: record.close_reason) ?? .unknown,
        error: Int32(record.error),
        reset: reset(record),
        neverEstablished: UInt32(record.flags) & NETTOP_FLAG_NEVER_ESTABLISHED.rawValue != 0
      )
    }
    return connection
  }

  /// Whether no program saw the end that a record reports: its figures are gone.
  func isUnseen(_ record: nettop_record) -> Bool {
    UInt32(record.flags) & NETTOP_FLAG_UNSEEN.rawValue != 0
  }

  private mutating func address<Bytes>(_ bytes: Bytes, of record: nettop_record) -> Address {
    guard record.family == UInt16(AF_INET6) else {
      return withUnsafeBytes(of: bytes) { bytes in
        Address(v4: UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self)))
      }
    }
    let address = Address(networkOrder: bytes)
    guard address.isLinkLocal, record.interface != 0 else { return address }
    let zone = interfaces.zone(
      InterfaceNames.Place(netns: record.netns, index: record.interface),
      cookie: record.netns_cookie == 0 ? nil : record.netns_cookie,
      holder: Int32(bitPattern: record.owner.pid) > 0 ? Int32(bitPattern: record.owner.pid) : nil
    )
    return Address(high: address.high, low: address.low, zone: zone)
  }

  /// A flow from the kernel half's record of it.
  mutating func flow(_ record: nettop_flow) -> Flow {
    let zone = interfaces.zone(
      InterfaceNames.Place(netns: record.netns, index: record.interface)
    )
    return Flow(record, zone: zone, clock: clock)
  }

  private func counters(_ record: nettop_record, _ drops: [LossCauses.Drop]) -> Counters {
    // Before the first measurement the time is 0, and the other figures have start values.
    let measured = record.srtt_us != 0
    var uncounted: Counters.Uncounted = []
    if record.protocol == TransportProtocol.mptcp.rawValue { uncounted.insert(.packets) }
    if record.bytes_sent == .max { uncounted.insert(.bytes) }
    return Counters(
      bytesSent: uncounted.contains(.bytes) ? 0 : record.bytes_sent,
      bytesReceived: uncounted.contains(.bytes) ? 0 : record.bytes_received,
      packetsSent: UInt64(record.segs_out),
      packetsReceived: UInt64(record.segs_in),
      retransmits: record.total_retrans,
      rtt: measured ? record.srtt_us : nil,
      rttVariance: measured ? record.mdev_us : nil,
      minRTT: record.min_rtt_us == .max ? nil : record.min_rtt_us,
      congestionWindow: record.snd_cwnd,
      unread: record.unread,
      unacknowledged: record.unacked,
      unsent: record.unsent,
      accepted: record.accepted == .max ? nil : record.accepted,
      drops: record.drops == .max ? nil : record.drops,
      uncounted: uncounted,
      lossCauses: lossCauses(record, drops),
      path: path(record)
    )
  }

  private func path(_ record: nettop_record) -> PathFigures {
    func known(_ figure: UInt32) -> UInt32? { figure == .max ? nil : figure }
    var path = PathFigures()
    path.pacingRate = record.pacing_rate == .max ? nil : record.pacing_rate
    path.deliveryRate = deliveryRate(record)
    path.receiverRTT = record.rcv_rtt_us == 0 ? nil : record.rcv_rtt_us
    path.receiveSpace = known(record.rcv_space)
    path.slowStartThreshold =
      record.snd_ssthresh >= Self.infiniteThreshold ? nil : record.snd_ssthresh
    path.lost = known(record.lost)
    path.reordering = known(record.reordering)
    path.deliveredCE = known(record.delivered_ce)
    path.mss = known(record.mss)
    path.busyTime = jiffies.microseconds(record.busy)
    path.receiveWindowLimited = jiffies.microseconds(record.rwnd_limited)
    path.sendBufferLimited = jiffies.microseconds(record.sndbuf_limited)
    path.congestionControl = congestionControl(record)
    return path
  }

  /// As `tcp_compute_delivery_rate`, which gives 0 before the first measurement.
  private func deliveryRate(_ record: nettop_record) -> UInt64? {
    guard record.rate_interval_us > 0, record.rate_delivered > 0, record.mss != .max
    else { return nil }
    let bytes = UInt64(record.rate_delivered) * UInt64(record.mss)
    let (product, overflows) = bytes.multipliedReportingOverflow(by: 1_000_000)
    let rate = overflows ? 0 : product / UInt64(record.rate_interval_us)
    return rate == 0 ? nil : rate
  }

  /// `TCP_INFINITE_SSTHRESH`.
  private static let infiniteThreshold: UInt32 = 0x7fff_ffff

  private func congestionControl(_ record: nettop_record) -> String? {
    withUnsafeBytes(of: record.congestion) { bytes in
      let name = bytes.prefix { $0 != 0 }
      return name.isEmpty ? nil : String(decoding: name, as: UTF8.self)
    }
  }

  private func lossCauses(_ record: nettop_record, _ drops: [LossCauses.Drop]) -> LossCauses? {
    let retransmits = retransmits(record)
    // Flows of UDP share their socket, whose own figures these are.
    let isOfSocket = record.protocol != UInt16(IPPROTO_UDP) || record.drops != .max
    let lossCauses = LossCauses(retransmits: retransmits, drops: isOfSocket ? drops : [])
    return lossCauses == LossCauses() ? nil : lossCauses
  }

  /// None of a connection that had retransmits before it was followed: their causes are unknown.
  private func retransmits(_ record: nettop_record) -> LossCauses.Retransmits {
    let retransmits = LossCauses.Retransmits(
      timeout: record.rto_retrans,
      fast: record.fast_retrans,
      probe: record.tlp_retrans,
      syn: record.syn_retrans
    )
    let isOlder = record.opened_ns == 0 && record.total_retrans != .max
    return isOlder && retransmits.sum < UInt64(record.total_retrans)
      ? LossCauses.Retransmits() : retransmits
  }

  private func reset(_ record: nettop_record) -> Reset? {
    let flags = UInt32(record.flags)
    guard flags & (NETTOP_FLAG_RESET_SENT.rawValue | NETTOP_FLAG_RESET_RECEIVED.rawValue) != 0
    else { return nil }
    return reset(
      isSent: flags & NETTOP_FLAG_RESET_SENT.rawValue != 0,
      reason: record.reset_reason
    )
  }

  private func reset(isSent: Bool, reason: UInt32) -> Reset {
    Reset(isSent: isSent, reason: reason == .max ? nil : resetNames[reason])
  }

  /// The end of a connection with what became known after its final record.
  func end(_ end: Connection.End, amendedBy amendment: nettop_amendment) -> Connection.End {
    let isSent = UInt32(amendment.flags) & NETTOP_FLAG_RESET_SENT.rawValue != 0
    return Connection.End(
      at: end.at,
      reason: end.reason,
      error: amendment.error == 0 ? end.error : Int32(amendment.error),
      reset: end.reset
        ?? (isSent ? reset(isSent: true, reason: amendment.reset_reason) : nil),
      neverEstablished: end.neverEstablished
    )
  }

  private mutating func owner(_ record: nettop_record) -> Owner? {
    guard let source = Owner.Source(rawValue: record.owner_source), source != .unknown else {
      return nil
    }
    if source == .kernel { return Owner(process: .kernel, source: source) }
    let process = process(record.owner)
    let isLast = UInt32(record.flags) & NETTOP_FLAG_ORPHANED.rawValue != 0
    return Owner(
      process: process,
      source: source,
      isLast: isLast,
      others: isLast ? [] : holders[record.cookie]?.filter { $0.id != process.id } ?? []
    )
  }

  /// A process as the kernel half knows it.
  mutating func process(_ owner: nettop_owner) -> Process {
    let name = withUnsafeBytes(of: owner.comm) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    return processes.process(
      pid: Int32(bitPattern: owner.pid),
      startNanoseconds: owner.start_ns,
      name: name,
      uid: owner.uid,
      gid: owner.gid,
      execID: owner.exec_id,
      cgroupID: owner.cgroup
    )
  }

  /// Takes in who holds sockets beside their owners, as the last scan found.
  ///
  /// - Returns: the cookies of sockets whose holders are others now.
  mutating func replaceHolders(_ found: some Sequence<nettop_holder>) -> Set<UInt64> {
    var new: [UInt64: [Process]] = [:]
    for holder in found {
      let process = process(holder.owner)
      // It can hold a socket by several descriptors.
      if new[holder.cookie]?.contains(where: { $0.id == process.id }) != true {
        new[holder.cookie, default: []].append(process)
      }
    }
    for cookie in new.keys { new[cookie]?.sort { $0.id.pid < $1.id.pid } }
    let cookies = Set(new.keys).union(holders.keys).filter { new[$0] != holders[$0] }
    holders = new
    return cookies
  }
}
