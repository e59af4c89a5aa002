import Connections

extension Field {
  /// Where the time of the last interval went, of data that this end sends.
  static let ofLimits = [limit, busyShare, receiveWindowShare, sendBufferShare]

  static let limit = Field(
    "limit",
    .choices(
      SendLimit.allCases.map { FieldChoice(number: Int($0.rawValue), name: $0.name) }
    ) { row, table in table.shares(of: row.pointee)?.limit.map { Int($0.rawValue) } }
  ) { row, table in FieldValue(word: table.shares(of: row)?.limit?.name) }

  static let busyShare = share("busy_share") { $0.busy }
  static let receiveWindowShare = share("rwnd_limited_share") { $0.receiveWindow }
  static let sendBufferShare = share("sndbuf_limited_share") { $0.sendBuffer }

  private static func share(
    _ name: String,
    _ value: @escaping @Sendable (SendShares) -> Double
  ) -> Field {
    Field(
      name,
      .number(.percent) { row, table in table.shares(of: row.pointee).map { value($0) * 100 } }
    ) {
      row,
      table in FieldValue(real: table.shares(of: row).map(value))
    }
  }
}
