import Connections
import StyledText

extension Column {
  /// How much data the connection carries.
  static let ofTraffic = [
    rate(.receiveRate, "RX/s", .bytesReceivedPerSecond, "bytes received per second") {
      $0.bytesReceived
    } average: {
      $0.received
    },
    rate(.sendRate, "TX/s", .bytesSentPerSecond, "bytes sent per second") {
      $0.bytesSent
    } average: {
      $0.sent
    },
    rate(
      .rate,
      "RATE",
      nil,
      name: "rate",
      "bytes per second, both ways",
      parts: [.receiveRate, .sendRate]
    ) {
      $0.bytes
    } average: {
      $0.bytes
    },
    bytes(.received, "RX", .bytesReceived, "bytes received") {
      $0.known(\.bytesReceived, .bytes)
    } growth: {
      $0.bytesReceived
    },
    bytes(.sent, "TX", .bytesSent, "bytes sent") {
      $0.known(\.bytesSent, .bytes)
    } growth: {
      $0.bytesSent
    },
    bytes(
      .bytes,
      "TOTAL",
      nil,
      name: "bytes",
      "bytes, both ways",
      parts: [.received, .sent]
    ) {
      $0.uncounted.contains(.bytes) ? nil : $0.bytesReceived &+ $0.bytesSent
    } growth: {
      $0.bytesReceived &+ $0.bytesSent
    },
  ]

  private static func rate(
    _ id: ID,
    _ title: String,
    _ field: Field?,
    name: String = "",
    _ meaning: String,
    parts: [ID] = [],
    value: @escaping @Sendable (Rates) -> Double,
    average: @escaping @Sendable (RateAverage) -> Float
  ) -> Column {
    Column(
      id,
      title,
      field: field,
      name: name,
      meaning,
      width: Width(5),
      alignment: .right,
      isDescendingFirst: true,
      averageTitle: "avg \(title.replacing("/s", with: ""))",
      parts: parts,
      sort: { row, table in
        if table.halfLife > 0 {
          return .real(row.pointee.average.rank(average, halfLife: table.halfLife))
        }
        return table.rates(of: row.pointee).map { .real(value($0)) } ?? .absent
      },
      style: { row, context in
        Heat.style(rate: context.rate(of: row, id, value, average))
      },
      cell: { row, context in
        Cell(
          context.rate(of: row, id, value, average).map {
            Quantity.dataRate($0, context.presentation)
          }
        )
      }
    )
  }

  private static func bytes(
    _ id: ID,
    _ title: String,
    _ field: Field?,
    name: String = "",
    _ meaning: String,
    parts: [ID] = [],
    value: @escaping @Sendable (Counters) -> UInt64?,
    growth: @escaping @Sendable (Growth) -> UInt64
  ) -> Column {
    Column(
      id,
      title,
      field: field,
      name: name,
      meaning,
      width: Width(max(5, title.count + 1)),
      alignment: .right,
      isDescendingFirst: true,
      parts: parts,
      sort: { row, _ in value(row.pointee.counters).map { .number($0) } ?? .absent },
      style: { row, context in
        context.figure(of: row, id, value, growth) ?? 0 > 0 ? .plain : .faint
      },
      cell: { row, context in
        Cell(
          context.figure(of: row, id, value, growth).map { Quantity.data($0, context.presentation) }
        )
      }
    )
  }
}
