/// A column of a view, with the screen width that it needs.
package struct ViewColumn: Hashable, Sendable {
  package let id: Column.ID
  /// The width of the screen from which on it is shown; narrower ones drop the widest first.
  package let appearsAt: Int
  /// Whether it names the groups, and identifies their connections in the lines below.
  package let isTree: Bool

  init(_ id: Column.ID, _ appearsAt: Int, isTree: Bool = false) {
    self.id = id
    self.appearsAt = appearsAt
    self.isTree = isTree
  }

  /// Stands for a screen that is never wide enough: such columns are shown where they are chosen.
  static let never = Int.max
}

extension ViewKind {
  /// The columns of the view, from left to right.
  package var columns: [ViewColumn] {
    switch self {
    case .connections: ViewColumn.connections
    case .processes: ViewColumn.processes
    case .hosts: ViewColumn.hosts
    case .namespaces: ViewColumn.namespaces
    case .listeners: ViewColumn.listeners
    case .closed: ViewColumn.closed
    }
  }
}

extension ViewColumn {
  fileprivate static let connections: [ViewColumn] =
    [
      .init(.mark, 40), .init(.pid, 62), .init(.user, 140), .init(.process, 20),
      .init(.namespace, 100), .init(.direction, 175), .init(.proto, 185), .init(.local, 118),
      .init(.remote, 0), .init(.state, 46), .init(.receiveRate, 26), .init(.sendRate, 32),
      .init(.rate, 280),
      .init(.received, 150), .init(.sent, 150), .init(.bytes, 280), .init(.rtt, 56),
      .init(.rttVariance, 165), .init(.minRTT, 210), .init(.retransmits, 70),
      .init(.retransmitShare, 215), .init(.packetsReceived, 215), .init(.packetsSent, 215),
      .init(.congestionWindow, 225), .init(.unread, 235), .init(.unacknowledged, 235),
      .init(.unsent, 262), .init(.age, 90), .init(.ownerSource, 245), .init(.gid, ViewColumn.never),
      .init(.container, 290), .init(.executable, ViewColumn.never), .init(.rateTrend, 196),
      .init(.rttTrend, 240), .init(.command, 180), .init(.drops, 288),
      .init(.retransmitsTimeout, 296), .init(.retransmitsFast, 302), .init(.retransmitsProbe, 308),
      .init(.retransmitsSYN, 314), .init(.dropReasons, 334), .init(.limit, 268),
      .init(.busyShare, ViewColumn.never), .init(.receiveWindowShare, ViewColumn.never),
      .init(.sendBufferShare, ViewColumn.never),
    ] + metrics

  fileprivate static let processes: [ViewColumn] =
    [
      .init(.mark, 60), .init(.pid, 30), .init(.user, 100), .init(.process, 0, isTree: true),
      .init(.connections, 40), .init(.namespace, 110), .init(.local, 150), .init(.state, 90),
      .init(.receiveRate, 26), .init(.sendRate, 32), .init(.rate, 230), .init(.received, 72),
      .init(.sent, 72), .init(.bytes, 230), .init(.rtt, 56), .init(.rttVariance, 190),
      .init(.minRTT, 210), .init(.retransmits, 66), .init(.retransmitShare, 140),
      .init(.packetsReceived, 215), .init(.packetsSent, 215), .init(.age, 130),
      .init(.gid, ViewColumn.never), .init(.container, 255),
      .init(.executable, ViewColumn.never), .init(.command, 120), .init(.limit, ViewColumn.never),
    ] + shares + metrics

  fileprivate static let hosts: [ViewColumn] =
    [
      .init(.mark, 60), .init(.remote, 0, isTree: true), .init(.connections, 40),
      .init(.pid, 90), .init(.user, 180), .init(.process, 62), .init(.namespace, 110),
      .init(.local, 150), .init(.state, 100), .init(.receiveRate, 26), .init(.sendRate, 32),
      .init(.rate, 230), .init(.received, 76), .init(.sent, 76), .init(.bytes, 230),
      .init(.rtt, 56), .init(.rttVariance, 190), .init(.minRTT, 120), .init(.retransmits, 66),
      .init(.retransmitShare, 140), .init(.packetsReceived, 215), .init(.packetsSent, 215),
      .init(.age, 130), .init(.gid, ViewColumn.never), .init(.container, 255),
      .init(.executable, ViewColumn.never), .init(.command, 200), .init(.limit, ViewColumn.never),
    ] + shares + metrics

  fileprivate static let namespaces: [ViewColumn] =
    [
      .init(.mark, 60), .init(.namespace, 0, isTree: true), .init(.connections, 40),
      .init(.pid, 100), .init(.user, 180), .init(.process, 90), .init(.local, 150),
      .init(.state, 110), .init(.receiveRate, 26), .init(.sendRate, 32), .init(.rate, 230),
      .init(.received, 62), .init(.sent, 62), .init(.bytes, 230), .init(.rtt, 56),
      .init(.rttVariance, 190), .init(.minRTT, 210), .init(.retransmits, 66),
      .init(.retransmitShare, 80), .init(.packetsReceived, 215), .init(.packetsSent, 215),
      .init(.age, 130), .init(.gid, ViewColumn.never), .init(.container, 255),
      .init(.executable, ViewColumn.never), .init(.command, 200), .init(.limit, ViewColumn.never),
    ] + shares + metrics

  fileprivate static let listeners: [ViewColumn] = [
    .init(.mark, 60), .init(.pid, 40), .init(.user, 76), .init(.process, 20),
    .init(.namespace, 66), .init(.proto, 72), .init(.local, 0), .init(.backlog, 32),
    .init(.backlogLimit, 36),
    .init(.acceptRate, 50), .init(.accepted, 58), .init(.drops, 124), .init(.age, 90),
    .init(.retransmitsSYN, 150), .init(.dropReasons, 190), .init(.ownerSource, 180),
    .init(.gid, ViewColumn.never), .init(.container, 255), .init(.executable, ViewColumn.never),
    .init(.command, 110),
  ]

  fileprivate static let closed: [ViewColumn] =
    [
      .init(.closedAt, 30), .init(.lifetime, 44), .init(.pid, 72), .init(.user, 150),
      .init(.process, 20), .init(.namespace, 110), .init(.direction, 165), .init(.local, 125),
      .init(.remote, 0), .init(.state, 38), .init(.received, 56), .init(.sent, 56),
      .init(.bytes, 280), .init(.rtt, 80), .init(.rttVariance, 175), .init(.minRTT, 220),
      .init(.retransmits, 90), .init(.packetsReceived, 190), .init(.packetsSent, 190),
      .init(.error, 134), .init(.reset, 142), .init(.resetReason, 160),
      .init(.retransmitsTimeout, 260), .init(.retransmitsFast, 266), .init(.retransmitsProbe, 272),
      .init(.retransmitsSYN, 278), .init(.drops, 286), .init(.dropReasons, 320),
      .init(.ownerSource, 230), .init(.gid, ViewColumn.never), .init(.container, 255),
      .init(.executable, ViewColumn.never), .init(.command, 180),
    ] + metrics

  private static let shares = [Column.ID.busyShare, .receiveWindowShare, .sendBufferShare].map {
    ViewColumn($0, never)
  }

  /// The metrics that no other column shows.
  private static let metrics = Column.ofMetrics.map { ViewColumn($0.id, never) }
}
