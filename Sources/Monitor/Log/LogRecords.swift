import Connections

/// Lines of a log for programs: the fields of a sample that hold for one connection alone, with the
/// name of the event.
package struct LogRecords: Sendable {
  /// How a record is written.
  package enum Encoding: Sendable {
    /// An object a line, every field in each of them.
    case json
    /// A row a line. Those of losses have the same fields, and two at the end: the count, which only they
    /// have, and the cause, which alerts have too.
    case csv
    /// The fields that are known.
    case logfmt
  }

  /// What of a field is needed for each line.
  private struct Column: Sendable {
    let name: String
    /// Its name as a member of an object, with the comma before it.
    let member: String
    /// Whether it is not known of an opening: all figures are those of the end.
    let isUnknownAtOpening: Bool
    let read: Field.Read

    init(_ field: Field) {
      name = field.name
      read = field.value
      member = ",\"\(field.name)\":"
      isUnknownAtOpening = LogRecords.unknownAtOpening.contains(field)
    }
  }

  private let encoding: Encoding
  private let columns: [Column]
  /// The names of the fields, where they stand above the lines only.
  let header: String?

  /// What a sample has beyond its connections, and listeners beyond connections.
  private static let left: Set<Field> = [
    .time, .sample, .bytesSentPerSecond, .bytesReceivedPerSecond, .acceptQueue, .acceptQueueLimit,
    .accepted, .acceptedPerSecond, .limit, .busyShare, .receiveWindowShare, .sendBufferShare,
  ]

  private static let unknownAtOpening: Set<Field> = [
    .state, .bytesSent, .bytesReceived, .packetsSent, .packetsReceived,
  ]

  /// The fields that a log can have, beside the event and its time.
  package static let fields = Field.allCases.filter { !left.contains($0) }

  /// - Parameter fields: those to write, in this order.
  package init(_ encoding: Encoding, fields: [Field] = Self.fields) {
    self.encoding = encoding
    columns = fields.map { Column($0) }
    let names = ["event", "time"] + fields.map(\.name) + ["count", "cause"]
    header = encoding == .csv ? CSVRow(names: names).text : nil
  }

  /// - Parameter cause: the rule of an alert.
  func line(
    _ event: LogEvent,
    at time: Timestamp,
    _ row: Row,
    _ table: ConnectionTable,
    cause: String? = nil
  ) -> String {
    let time = TimestampText.rfc3339(table.wall(time))
    func value(_ column: Column) -> FieldValue {
      let isUnknown = event.isOpening && column.isUnknownAtOpening
      return isUnknown ? .null : column.read(row, table)
    }
    switch encoding {
    case .json:
      var object = JSONObject()
      object.add("time", time)
      object.add("event", event.rawValue)
      for column in columns { object.add(member: column.member, value: value(column)) }
      if let cause { object.add("cause", cause) }
      return object.text
    case .csv:
      var line = CSVRow()
      line.add(event.rawValue)
      line.add(time)
      for column in columns { line.add(value: value(column)) }
      line.add(value: .null)
      line.add(value: FieldValue(text: cause))
      return line.text
    case .logfmt:
      var line = LogfmtLine()
      line.add("event", event.rawValue)
      line.add("time", time)
      for column in columns { line.add(column.name, value: value(column)) }
      if let cause { line.add("cause", cause) }
      return line.text
    }
  }

  /// The line that reports a loss.
  func line(_ loss: Loss, at time: Timestamp) -> String {
    let time = TimestampText.rfc3339(time)
    let event = LogEvent.lost.rawValue
    switch encoding {
    case .json:
      var object = JSONObject()
      object.add("time", time)
      object.add("event", event)
      object.add("count", loss.count)
      object.add("cause", loss.kind.rawValue)
      return object.text
    case .csv:
      var line = CSVRow()
      line.add(event)
      line.add(time)
      for _ in columns { line.add(value: .null) }
      line.add(loss.count)
      line.add(loss.kind.rawValue)
      return line.text
    case .logfmt:
      var line = LogfmtLine()
      line.add("event", event)
      line.add("time", time)
      line.add("count", loss.count)
      line.add("cause", loss.kind.rawValue)
      return line.text
    }
  }
}
