import Connections
import StyledText

extension Column {
  /// Why it is slow: where the time of the last interval went, of data that this end sends.
  static let ofLimits = [
    Column(
      .limit,
      "LIMIT",
      field: .limit,
      "what limits sending most: app (no data), rwnd (peer's window), sndbuf (send buffer), path",
      width: Width(11),
      isDescendingFirst: true,
      sort: { row, table in
        guard let shares = table.shares(of: row.pointee), shares.limit != nil else {
          return .absent
        }
        return .real(shares.greatestLimit)
      },
      style: { row, context in
        switch context.table.shares(of: row)?.limit {
        case .receiveWindow, .sendBuffer: .medium
        case .path: .plain
        case .application, nil: .faint
        }
      },
      cell: { row, context in
        guard let shares = context.table.shares(of: row), let limit = shares.limit else {
          return .absent
        }
        return .text("\(limit.name) \(Quantity.percent(shares.share(of: limit)))")
      }
    ),
    share(.busyShare, "BUSY%", .busyShare, "share of time with data to send") { $0.busy },
    share(
      .receiveWindowShare,
      "RWND%",
      .receiveWindowShare,
      "share of time that the peer's receive window was full"
    ) { $0.receiveWindow },
    share(
      .sendBufferShare,
      "SNDB%",
      .sendBufferShare,
      "share of time that the send buffer was full"
    ) { $0.sendBuffer },
  ]

  private static func share(
    _ id: ID,
    _ title: String,
    _ field: Field,
    _ meaning: String,
    _ value: @escaping @Sendable (SendShares) -> Double
  ) -> Column {
    Column(
      id,
      title,
      field: field,
      "\(meaning) since the last sample",
      width: Width(6),
      alignment: .right,
      isDescendingFirst: true,
      sort: { row, table in table.shares(of: row.pointee).map { .real(value($0)) } ?? .absent },
      style: { row, context in
        context.table.shares(of: row).map(value) ?? 0 > 0 ? .plain : .faint
      },
      cell: { row, context in
        Cell(context.table.shares(of: row).map { Quantity.percent(value($0)) })
      }
    )
  }
}
