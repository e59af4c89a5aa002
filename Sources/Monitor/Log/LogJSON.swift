import Connections

/// Lines of a log for programs: the fields of a sample that hold for one connection alone, with the
/// name of the event.
struct LogJSON {
  /// What a sample has beyond its connections, and listeners beyond connections.
  private static let left: Set<Field> = [
    .time, .sample, .bytesSentPerSecond, .bytesReceivedPerSecond, .acceptQueue, .acceptQueueLimit,
    .accepted, .acceptedPerSecond, .limit, .busyShare, .receiveWindowShare, .sendBufferShare,
  ]

  /// What is not known of an opening: all figures are those of the end.
  private static let unknownAtOpening: Set<Field> = [
    .state, .bytesSent, .bytesReceived, .packetsSent, .packetsReceived,
  ]

  private static let fields = Field.allCases.filter { !left.contains($0) }

  func line(_ event: LogEvent, at time: Timestamp, _ row: Row, _ table: ConnectionTable) -> String {
    var object = JSONObject()
    object.add("time", TimestampText.rfc3339(table.wall(time)))
    object.add("event", event.rawValue)
    for field in Self.fields {
      let isUnknown = event.isOpening && Self.unknownAtOpening.contains(field)
      object.add(field.name, value: isUnknown ? .null : field.value(row, table))
    }
    return object.text
  }
}
