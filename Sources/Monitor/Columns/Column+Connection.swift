import Connections
import StyledText

extension Column {
  static let mark = Column(
    .mark,
    "",
    name: "mark",
    "* tagged, × closed, ! slow, losing segments or blocked, + opened in the last 3 seconds",
    width: Width(1),
    style: { row, context in
      if row.showsTag { return .tagged }
      if row.needsAttention(context.table) { return .high }
      return row.isNew(at: context.table.time) ? .new : .plain
    },
    cell: { row, context in
      if row.isTagged { return .text("*") }
      if row.end != nil { return .text("×") }
      if row.needsAttention(context.table) { return .text("!") }
      return .text(row.isNew(at: context.table.time) ? "+" : "")
    }
  )

  static let namespace = Column(
    .namespace,
    "NETNS",
    field: .netnsName,
    "network namespace: its name, or its inode",
    width: Width(8, ideal: 12),
    sort: { row, table in .text(table.namespaceText(row.pointee.netns)) },
    group: { Int64($0.pointee.netns) },
    cell: { row, context in .text(context.table.namespaceText(row.netns)) }
  )

  /// The columns that distinguish connections.
  static let ofConnections = [
    Column(
      .proto,
      "PROTO",
      field: .proto,
      "transport protocol: tcp, udp or mptcp",
      width: Width(6),
      sort: { row, _ in .text(row.pointee.proto.name) },
      cell: { row, _ in .text(row.proto.name) }
    ),
    Column(
      .direction,
      "DIR",
      field: .direction,
      "out: this end connected; in: accepted (faint: its local port had a listener before nettop)",
      width: Width(4),
      sort: { row, _ in row.pointee.directionText.map { .text($0) } ?? .absent },
      style: { row, _ in row.direction == .unknown ? .faint : .plain },
      cell: { row, _ in Cell(row.directionText) }
    ),
    Column(
      .local,
      "LOCAL",
      field: .localAddress,
      "local address and port",
      width: Width(17, ideal: 21, maximum: 47),
      sort: { row, _ in row.pointee.local.isNone ? .absent : .endpoint(row.pointee.local) },
      cell: { row, context in context.endpoint(row.local) }
    ),
    Column(
      .remote,
      "REMOTE",
      field: .remoteAddress,
      "remote address and port",
      width: Width(17, ideal: 21, maximum: 47),
      sort: { row, _ in row.pointee.remote.isNone ? .absent : .endpoint(row.pointee.remote) },
      cell: { row, context in context.endpoint(row.remote) }
    ),
    Column(
      .state,
      "STATE",
      field: .state,
      "TCP state, UDP or MPTCP; in lower case, why the connection ended",
      width: Width(10, ideal: 11),
      sort: { row, _ in .text(row.pointee.stateText) },
      cell: { row, _ in .text(row.stateText) }
    ),
  ]

  static let age = Column(
    .age,
    "AGE",
    field: .openedAt,
    "time since it was opened; >16m: exact age unknown, at least this long",
    width: Width(6),
    alignment: .right,
    // All ages grow at the same rate, so their order is that of the openings, reversed.
    sort: { row, _ in
      .optional(Int64.max - max(0, row.pointee.latestOpening.nanoseconds))
    },
    cell: { row, context in
      let time = context.table.time
      guard let openedAt = row.openedAt else {
        return Cell(row.leastAge(at: time).map(DurationText.atLeast))
      }
      return Cell(DurationText.age((row.end?.at ?? time).seconds(since: openedAt)))
    }
  )
}

extension Row {
  /// The word for its direction, known or inferred.
  fileprivate var directionText: String? {
    likelyDirection == .unknown ? nil : likelyDirection.name
  }

  /// When it was opened, for orders. One that was open already when it was first seen comes before
  /// one opened then: a second, as ages are shown in whole seconds, and `>11s` is older than `11s`.
  var latestOpening: Timestamp { openedAt ?? seenAt.shifted(by: -1_000_000_000) }

  /// How many seconds a connection counts as new.
  private static let newSeconds = 3.0

  /// Whether it was opened a moment ago and is still open.
  func isNew(at time: Timestamp) -> Bool {
    guard let openedAt, end == nil else { return false }
    return time.seconds(since: openedAt) < Self.newSeconds
  }

  /// Whether figures call for action: a round trip takes a second, the peer's receive window was full
  /// for half of the last interval, or one in a hundred of its segments was retransmitted. For UDP:
  /// datagrams were dropped in the last interval.
  func needsAttention(_ table: ConnectionTable) -> Bool {
    guard end == nil else { return false }
    if proto == .udp { return isDropping(in: table) }
    if isListener { return false }
    if counters.rtt ?? 0 >= Heat.highRTT { return true }
    if table.shares(of: self)?.receiveWindow ?? 0 >= Heat.highWindowShare { return true }
    return table.retransmitShare(of: self) ?? 0 >= Heat.highShare
  }
}
