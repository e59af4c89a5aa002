import Connections

/// A value of a JSON field.
indirect enum FieldValue: Hashable, Sendable {
  case null
  case boolean(Bool)
  case integer(UInt64)
  /// Three decimals are enough.
  case real(Double)
  /// A word of nettop's own, which needs no escaping.
  case word(String)
  /// Text from anywhere.
  case text(String)
  case list([FieldValue])
  case object([Member])

  /// A named value of an object. The name is nettop's or the kernel's.
  struct Member: Hashable, Sendable {
    let name: String
    let value: FieldValue
  }

  init(_ number: (some BinaryInteger)?) {
    self = number.map { .integer(UInt64(clamping: $0)) } ?? .null
  }

  init(real number: Double?) {
    self = number.map { .real($0) } ?? .null
  }

  init(word: String?) {
    self = word.map { .word($0) } ?? .null
  }

  init(text: String?) {
    self = text.map { .text($0) } ?? .null
  }
}

extension Field {
  /// The value of the field for a row, in the last sample of its table.
  func value(_ row: Row, _ table: ConnectionTable) -> FieldValue {
    switch self {
    case .time: .word(Moment.rfc3339(table.time))
    case .sample: .integer(table.sampleNumber)
    case .id: .word(row.id.description)
    case .parent: FieldValue(word: row.parentText)
    case .proto: .word(row.proto.name)
    case .family: .word(row.local.address.isV4 ? "ipv4" : "ipv6")
    case .state: .word(row.state.name)
    case .direction: .word(row.direction.name)
    case .localAddress, .localPort, .remoteAddress, .remotePort: endpointValue(row)
    case .netns: .integer(UInt64(row.netns))
    case .netnsName: FieldValue(text: table.namespaces[row.netns]?.name)
    case .pid, .process, .command, .uid, .user, .gid, .executable, .cgroup, .container,
      .containerID, .containerRuntime, .ownerSource, .orphaned, .holders:
      table.owners[row.owner].map(ownerValue) ?? .null
    // A listener has its queue of connections there.
    case .unread, .unacknowledged, .unsent:
      row.state == .listen ? .null : counterValue(row.counters)
    case .acceptQueue: FieldValue(row.state == .listen ? row.counters.unread : nil)
    case .acceptQueueLimit: FieldValue(row.state == .listen ? row.counters.unacknowledged : nil)
    case .accepted: FieldValue(row.counters.accepted)
    case .acceptedPerSecond: FieldValue(real: table.acceptRate(of: row))
    case .lifetime: FieldValue(row.lifetime)
    case .bytesSentPerSecond: FieldValue(real: table.rates(of: row)?.bytesSent)
    case .bytesReceivedPerSecond: FieldValue(real: table.rates(of: row)?.bytesReceived)
    case .openedAt: FieldValue(word: row.openedAt.map(Moment.rfc3339))
    case .closedAt: FieldValue(word: (row.end?.at).map(Moment.rfc3339))
    case .closeReason: FieldValue(word: row.end?.reason.name)
    case .error: FieldValue(word: row.end?.errorName)
    case .reset: FieldValue(word: row.end?.reset?.name)
    case .resetReason: FieldValue(word: row.end?.reset?.reason)
    default: counterValue(row.counters)
    }
  }

  private func endpointValue(_ row: Row) -> FieldValue {
    let isLocal = self == .localAddress || self == .localPort
    let endpoint = isLocal ? row.local : row.remote
    if endpoint.isNone { return .null }
    let isPort = self == .localPort || self == .remotePort
    // If no program saw the end, parts can be unknown.
    if row.end?.isUnseen == true,
      isPort ? endpoint.port == 0 : endpoint.address.isUnspecified
    {
      return .null
    }
    return isPort ? .integer(UInt64(endpoint.port)) : .word(endpoint.address.description)
  }

  private func ownerValue(_ owner: Owner) -> FieldValue {
    let process = owner.process
    return switch self {
    case .pid: FieldValue(owner.pid)
    case .process: .text(process.name)
    case .command: FieldValue(text: process.commandLine)
    case .uid: FieldValue(process == .kernel ? nil : process.uid)
    case .user: FieldValue(text: process.user)
    case .gid: FieldValue(process.gid)
    case .executable: FieldValue(text: process.executable)
    case .cgroup: FieldValue(text: process.cgroup)
    case .container: FieldValue(text: process.container?.label)
    case .containerID: FieldValue(text: process.container?.id)
    case .containerRuntime: FieldValue(word: process.container?.runtime.name)
    case .orphaned: .boolean(owner.isLast)
    case .holders: .list(owner.holders.map { FieldValue($0) })
    default: .word(owner.source.name)
    }
  }

  private func dropReasons(_ counters: Counters) -> FieldValue {
    let drops = counters.troubles?.drops ?? []
    // No drops reported means no drops only if the socket says so.
    if drops.isEmpty, counters.drops != 0 { return .null }
    return .object(
      drops.map { FieldValue.Member(name: $0.reason, value: .integer($0.packets)) }
    )
  }

  private func counterValue(_ counters: Counters) -> FieldValue {
    switch self {
    case .bytesSent: FieldValue(counters.known(\.bytesSent, .bytes))
    case .bytesReceived: FieldValue(counters.known(\.bytesReceived, .bytes))
    case .packetsSent: FieldValue(counters.known(\.packetsSent, .packets))
    case .packetsReceived: FieldValue(counters.known(\.packetsReceived, .packets))
    case .retransmits: FieldValue(counters.retransmits)
    case .retransmitsTimeout: FieldValue(counters.retransmits(\.timeout))
    case .retransmitsFast: FieldValue(counters.retransmits(\.fast))
    case .retransmitsProbe: FieldValue(counters.retransmits(\.probe))
    case .retransmitsSYN: FieldValue(counters.retransmits(\.syn))
    case .drops: FieldValue(counters.drops)
    case .dropReasons: dropReasons(counters)
    case .rtt: FieldValue(counters.rtt)
    case .rttVariance: FieldValue(counters.rttVariance)
    case .minRTT: FieldValue(counters.minRTT)
    case .congestionWindow: FieldValue(counters.congestionWindow)
    case .unread: FieldValue(counters.unread)
    case .unacknowledged: FieldValue(counters.unacknowledged)
    case .unsent: FieldValue(counters.unsent)
    default: .null
    }
  }
}

extension Counters {
  /// A figure, `nil` if it is not counted.
  func known(_ figure: KeyPath<Counters, UInt64>, _ kind: Uncounted) -> UInt64? {
    uncounted.contains(kind) ? nil : self[keyPath: figure]
  }
}

extension Row {
  /// The cookie of the MPTCP connection that it is a subflow of, as `id` has it.
  var parentText: String? { parent?.description }
}
