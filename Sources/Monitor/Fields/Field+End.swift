import Connections

extension Field {
  static let openedAt = Field(
    "opened_at",
    .number(.timestamp) { row, table in row.pointee.openedAt.map { table.wall($0).microseconds } }
  ) { row, table in FieldValue(word: row.openedAt.map { TimestampText.rfc3339(table.wall($0)) }) }
  static let closedAt = Field(
    "closed_at",
    .number(.timestamp) { row, table in row.pointee.end.map { table.wall($0.at).microseconds } }
  ) { row, table in FieldValue(word: row.end.map { TimestampText.rfc3339(table.wall($0.at)) }) }
  static let closeReason = Field(
    "close_reason",
    .choices(
      Connection.CloseReason.allCases.map {
        FieldChoice(number: Int($0.rawValue), name: $0.name)
      }
    ) { row, _ in (row.pointee.end?.reason.rawValue).map(Int.init) }
  ) { row, _ in FieldValue(word: row.end?.reason.name) }
  static let error = Field("error", .text { row, _ in row.pointee.end?.errorName }) { row, _ in
    FieldValue(word: row.end?.errorName)
  }
  static let reset = Field(
    "reset",
    .choices([
      FieldChoice(number: 0, name: "received"), FieldChoice(number: 1, name: "sent"),
    ]) { row, _ in row.pointee.end?.reset.map { $0.isSent ? 1 : 0 } }
  ) { row, _ in FieldValue(word: row.end?.reset?.name) }
  static let resetReason = Field(
    "reset_reason",
    .text { row, _ in row.pointee.end?.reset?.reason }
  ) { row, _ in FieldValue(word: row.end?.reset?.reason) }
  static let lifetime = Field(
    "lifetime_us",
    .boundedNumber(.microseconds) { row, _ in
      guard let end = row.pointee.end else { return nil }
      if let lifetime = row.pointee.lifetime { return .exactly(Double(lifetime)) }
      return row.pointee.leastAge(at: end.at).map { .atLeast($0 * 1e6) }
    }
  ) { row, _ in FieldValue(row.lifetime) }
}
