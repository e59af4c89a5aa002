import Connections

extension Field {
  package static let bytesSentPerSecond = Field("bytes_sent_per_s", unit: .bytesPerSecond) {
    row,
    table in
    FieldValue(real: table.rates(of: row)?.bytesSent)
  }
  package static let bytesReceivedPerSecond = Field("bytes_received_per_s", unit: .bytesPerSecond) {
    row,
    table in FieldValue(real: table.rates(of: row)?.bytesReceived)
  }

  static let acceptQueue = Field("accept_queue", unit: .count) { row, _ in
    FieldValue(row.state == .listen ? row.counters.unread : nil)
  }
  static let acceptQueueLimit = Field("accept_queue_limit", unit: .count) { row, _ in
    FieldValue(row.state == .listen ? row.counters.unacknowledged : nil)
  }
  static let accepted = Field("accepted", unit: .count) { row, _ in
    FieldValue(row.counters.accepted)
  }
  static let acceptedPerSecond = Field("accepted_per_s", unit: .count) { row, table in
    FieldValue(real: table.acceptRate(of: row))
  }

  static let dropReasons = Field(
    "drop_reasons",
    .text { row, _ in row.pointee.counters.dropReasonsText }
  ) { row, _ in
    let drops = row.counters.lossCauses?.drops ?? []
    // No drops reported means no drops only if the socket says so.
    if drops.isEmpty, row.counters.drops != 0 { return .null }
    return .object(
      drops.map { FieldValue.Member(name: $0.reason, value: .integer($0.packets)) }
    )
  }
}
