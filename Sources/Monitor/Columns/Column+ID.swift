import Connections

extension Column.ID {
  package static let mark = Column.ID(rawValue: "mark")
  package static let pid = Column.ID(rawValue: "pid")
  package static let user = Column.ID(rawValue: "user")
  package static let process = Column.ID(rawValue: "process")
  package static let namespace = Column.ID(rawValue: "namespace")
  package static let direction = Column.ID(rawValue: "direction")
  package static let proto = Column.ID(rawValue: "proto")
  package static let local = Column.ID(rawValue: "local")
  package static let remote = Column.ID(rawValue: "remote")
  package static let state = Column.ID(rawValue: "state")

  package static let receiveRate = Column.ID(rawValue: "receiveRate")
  package static let sendRate = Column.ID(rawValue: "sendRate")
  package static let rate = Column.ID(rawValue: "rate")
  package static let received = Column.ID(rawValue: "received")
  package static let sent = Column.ID(rawValue: "sent")
  package static let bytes = Column.ID(rawValue: "bytes")

  package static let rtt = Column.ID(rawValue: "rtt")
  package static let rttVariance = Column.ID(rawValue: "rttVariance")
  package static let minRTT = Column.ID(rawValue: "minRTT")
  package static let retransmits = Column.ID(rawValue: "retransmits")
  package static let retransmitShare = Column.ID(rawValue: "retransmitShare")

  package static let packetsReceived = Column.ID(rawValue: "packetsReceived")
  package static let packetsSent = Column.ID(rawValue: "packetsSent")
  package static let congestionWindow = Column.ID(rawValue: "congestionWindow")
  package static let unread = Column.ID(rawValue: "unread")
  package static let unacknowledged = Column.ID(rawValue: "unacknowledged")
  package static let unsent = Column.ID(rawValue: "unsent")

  package static let age = Column.ID(rawValue: "age")
  package static let ownerSource = Column.ID(rawValue: "ownerSource")
  package static let gid = Column.ID(rawValue: "gid")
  package static let container = Column.ID(rawValue: "container")
  package static let executable = Column.ID(rawValue: "executable")
  package static let command = Column.ID(rawValue: "command")

  package static let rateTrend = Column.ID(rawValue: "rateTrend")
  package static let rttTrend = Column.ID(rawValue: "rttTrend")

  package static let retransmitsTimeout = Column.ID(rawValue: "retransmitsTimeout")
  package static let retransmitsFast = Column.ID(rawValue: "retransmitsFast")
  package static let retransmitsProbe = Column.ID(rawValue: "retransmitsProbe")
  package static let retransmitsSYN = Column.ID(rawValue: "retransmitsSYN")

  package static let drops = Column.ID(rawValue: "drops")
  package static let dropReasons = Column.ID(rawValue: "dropReasons")
  package static let error = Column.ID(rawValue: "error")
  package static let reset = Column.ID(rawValue: "reset")
  package static let resetReason = Column.ID(rawValue: "resetReason")

  package static let connections = Column.ID(rawValue: "connections")
  package static let backlog = Column.ID(rawValue: "backlog")
  package static let backlogLimit = Column.ID(rawValue: "backlogLimit")
  package static let acceptRate = Column.ID(rawValue: "acceptRate")
  package static let accepted = Column.ID(rawValue: "accepted")
  package static let closedAt = Column.ID(rawValue: "closedAt")
  package static let lifetime = Column.ID(rawValue: "lifetime")

  package static let limit = Column.ID(rawValue: "limit")
  package static let busyShare = Column.ID(rawValue: "busyShare")
  package static let receiveWindowShare = Column.ID(rawValue: "receiveWindowShare")
  package static let sendBufferShare = Column.ID(rawValue: "sendBufferShare")

  /// The column of a metric that has none of its own.
  init(_ metric: Metric) {
    self.init(rawValue: metric.name)
  }
}

extension Column.ID: CaseIterable {
  package static let allCases = Column.all.map(\.id)
}
