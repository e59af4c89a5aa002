/// The fields of a connection in JSON; their names are the contract with readers.
package enum Field: String, CaseIterable, Sendable {
  case time, sample, id, parent, proto, family, state, direction
  case localAddress = "local_address"
  case localPort = "local_port"
  case remoteAddress = "remote_address"
  case remotePort = "remote_port"
  case netns
  case netnsName = "netns_name"
  case pid, process, command, uid, user, gid, executable, cgroup, container
  case containerID = "container_id"
  case containerRuntime = "container_runtime"
  case ownerSource = "owner_source"
  case orphaned, holders
  case bytesSent = "bytes_sent"
  case bytesReceived = "bytes_received"
  case packetsSent = "packets_sent"
  case packetsReceived = "packets_received"
  case retransmits
  case retransmitsTimeout = "retransmits_timeout"
  case retransmitsFast = "retransmits_fast"
  case retransmitsProbe = "retransmits_probe"
  case retransmitsSYN = "retransmits_syn"
  case drops
  case dropReasons = "drop_reasons"
  case rtt = "rtt_us"
  case rttVariance = "rttvar_us"
  case minRTT = "min_rtt_us"
  case congestionWindow = "cwnd"
  case unread = "unread_bytes"
  case unacknowledged = "unacked_bytes"
  case unsent = "unsent_bytes"
  case acceptQueue = "accept_queue"
  case acceptQueueLimit = "accept_queue_limit"
  case accepted
  case acceptedPerSecond = "accepted_per_s"
  case bytesSentPerSecond = "bytes_sent_per_s"
  case bytesReceivedPerSecond = "bytes_received_per_s"
  case openedAt = "opened_at"
  case closedAt = "closed_at"
  case closeReason = "close_reason"
  case error, reset
  case resetReason = "reset_reason"
  case lifetime = "lifetime_us"
}
