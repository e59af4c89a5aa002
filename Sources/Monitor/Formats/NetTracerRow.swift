import Connections

/// A TCP connection as NetTracer's tables have it. What is unknown is 0 there.
struct NetTracerRow {
  private let row: Row
  private let table: ConnectionTable

  /// - Returns: `nil` for what NetTracer does not follow: UDP, listeners, and MPTCP connections, whose
  ///   subflows are TCP connections.
  init?(_ row: Row, _ table: ConnectionTable) {
    guard row.proto == .tcp, !row.isListener else { return nil }
    self.row = row
    self.table = table
  }

  var local: Endpoint { row.local }
  var remote: Endpoint { row.remote }

  /// Whether its sockets talk IPv4; an end that is not known tells nothing.
  var isV4: Bool {
    local.address.isV4 || local.address.isUnspecified && remote.address.isV4
  }

  var pid: Int32 { max(0, table.owners[row.owner]?.process.id.pid ?? 0) }
  var netns: UInt32 { row.netns }

  /// Whether its handshake was seen to complete. Only then does the machine table have a start.
  var isEstablished: Bool {
    guard row.openedAt != nil else { return false }
    if let end = row.end { return !end.neverEstablished }
    return row.state != .synSent && row.state != .synReceived
  }

  var isIncoming: Bool { row.direction == .incoming }
  var isClosed: Bool { row.end != nil }

  /// What it has carried.
  var totals: Growth { Growth(totals: row.counters) }

  /// What it has carried since the sample before: all of it in its first sample.
  var growth: Growth {
    if row.firstSample == table.samples { return totals }
    return row.sample == table.samples ? row.growth : Growth()
  }

  /// In microseconds.
  var rtt: UInt32 { row.counters.rtt ?? 0 }
  /// In microseconds.
  var rttVariance: UInt32 { row.counters.rttVariance ?? 0 }

  /// When it was opened and how many whole seconds it has lived; `nil` if it is not established.
  var life: (start: Timestamp, seconds: Int64)? {
    guard isEstablished, let opened = row.openedAt else { return nil }
    let last = row.end?.at ?? table.time
    let nanoseconds = last.nanoseconds - opened.nanoseconds
    return (table.wall(opened), max(0, nanoseconds / 1_000_000_000))
  }
}
