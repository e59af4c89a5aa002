import Connections

extension DetailsGroup {
  static let traffic = DetailsGroup(
    "Bytes and segments",
    of: [.connection],
    isOfSocket: true,
    [
      DetailsFigure("bytes_sent", "payload sent, retransmits included") {
        $1.bytes($0.bytesSent)
      },
      DetailsFigure("bytes_acked", "payload acknowledged by the peer") {
        $1.bytes($0.bytesACKed)
      },
      DetailsFigure("bytes_received", "payload received") { $1.bytes($0.bytesReceived) },
      DetailsFigure("segs_out", "segments sent") { $1.count($0.segmentsOut) },
      DetailsFigure("segs_in", "segments received") { $1.count($0.segmentsIn) },
      DetailsFigure("data_segs_out", "segments sent with data") { $1.count($0.dataSegmentsOut) },
      DetailsFigure("data_segs_in", "segments received with data") { $1.count($0.dataSegmentsIn) },
      DetailsFigure("delivered", "data segments that reached the peer") { $1.count($0.delivered) },
      DetailsFigure(
        "delivered_ce",
        "of these, with a congestion mark (CE)",
        isNotable: { ($0.deliveredCE ?? 0) > 0 },
        { $1.count($0.deliveredCE) }
      ),
    ]
  )

  static let retransmits = DetailsGroup(
    "Retransmits",
    of: [.connection],
    isOfSocket: true,
    [
      DetailsFigure("retrans", "retransmitted: unacknowledged / total") { socket, _ in
        "\(Quantity.grouped(socket.retransmitted))/\(Quantity.grouped(socket.totalRetransmits))"
      },
      DetailsFigure("bytes_retrans", "payload retransmitted") { $1.bytes($0.bytesRetransmitted) },
      DetailsFigure(
        "lost",
        "in flight, presumed lost",
        isNotable: { $0.lost > 0 },
        { $1.segments($0.lost) }
      ),
      DetailsFigure("unacked", "in flight or queued") { $1.segments($0.unacknowledged) },
      DetailsFigure("sacked", "received out of order by the peer") { $1.segments($0.sacked) },
      DetailsFigure("dsack_dups", "received twice: spurious retransmits") {
        $1.segments($0.dsackDuplicates)
      },
      DetailsFigure("total_rto", "retransmission timeouts") { $1.count($0.timeouts) },
      DetailsFigure("rto_recoveries", "recoveries started by timeouts") {
        $1.count($0.timeoutRecoveries)
      },
      DetailsFigure("rto_time", "time spent in these recoveries") {
        $1.milliseconds($0.timeoutTime)
      },
    ]
  )

  static let reordering = DetailsGroup(
    "Reordering",
    of: [.connection],
    isOfSocket: true,
    [
      DetailsFigure("reordering", "degree of reordering tolerated") {
        $1.segments($0.reordering)
      },
      DetailsFigure("reord_seen", "reorderings seen at the peer") { $1.count($0.reorderingsSeen) },
      DetailsFigure("rcv_ooopack", "received out of order") { $1.segments($0.outOfOrderReceived) },
    ]
  )

  static let queues = DetailsGroup(
    "Queues and memory",
    of: [.connection],
    isOfSocket: true,
    [
      DetailsFigure("Recv-Q", "received, not read by the process") { $1.bytes($0.receiveQueue) },
      DetailsFigure("Send-Q", "written, not acknowledged by the peer") { $1.bytes($0.sendQueue) },
      DetailsFigure("notsent", "written, not sent yet") { $1.bytes($0.notSent) },
    ] + memory
  )

  static let socketMemory = DetailsGroup(
    "Memory of the socket",
    of: [.datagrams],
    isOfSocket: true,
    memory
  )

  static let acceptQueue = DetailsGroup(
    "Accept queue and memory",
    of: [.listener],
    isOfSocket: true,
    [
      DetailsFigure(
        "Recv-Q",
        "connections waiting to be accepted",
        isNotable: { $0.receiveQueue > 0 },
        { $1.count($0.receiveQueue) }
      ),
      DetailsFigure("Send-Q", "backlog limit") { $1.count($0.sendQueue) },
    ] + memory
  )

  private static let memory = [
    DetailsFigure("skmem r", "received and not read, with overhead") {
      $1.bytes($0.memory.received)
    },
    DetailsFigure("skmem rb", "receive buffer limit") {
      $1.bytes($0.memory.receiveBuffer)
    },
    DetailsFigure("skmem t", "passed to the lower layer") { $1.bytes($0.memory.transmitted) },
    DetailsFigure("skmem tb", "send buffer limit") {
      $1.bytes($0.memory.sendBuffer)
    },
    DetailsFigure("skmem f", "allocated in advance") { $1.bytes($0.memory.forwardAllocated) },
    DetailsFigure("skmem w", "queued for sending, with overhead") { $1.bytes($0.memory.queued) },
    DetailsFigure("skmem o", "options") { $1.bytes($0.memory.options) },
    DetailsFigure("skmem bl", "in the backlog") { $1.bytes($0.memory.backlog) },
    DetailsFigure(
      "skmem d",
      "packets dropped at the socket",
      isNotable: { $0.memory.drops > 0 },
      { $1.count($0.memory.drops) }
    ),
  ]
}
