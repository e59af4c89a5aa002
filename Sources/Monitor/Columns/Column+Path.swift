import Connections
import StyledText

extension Column {
  /// The network path between both ends.
  static let ofPath = [
    time(.rtt, "RTT", .rtt, "smoothed round-trip time", Width(6)) { $0.rtt },
    time(
      .rttVariance,
      "±RTT",
      .rttVariance,
      "mean deviation of the round-trip time",
      Width(6)
    ) { $0.rttVariance },
    time(.minRTT, "MINRTT", .minRTT, "lowest recent round-trip time", Width(7)) {
      $0.minRTT
    },
    Column(
      .retransmits,
      "RETR",
      field: .retransmits,
      "segments retransmitted",
      width: Width(5),
      alignment: .right,
      isDescendingFirst: true,
      sort: { row, _ in .optional(row.pointee.counters.retransmits) },
      style: { row, context in
        retransmits(row, context) ?? 0 == 0
          ? .faint : Heat.style(share: context.table.retransmitShare(of: row))
      },
      cell: { row, context in Cell(retransmits(row, context).map(Quantity.count)) }
    ),
    Column(
      .retransmitShare,
      "RETR%",
      name: "retransmit_share",
      "share of the segments sent since the last sample that were retransmitted",
      width: Width(6),
      alignment: .right,
      isDescendingFirst: true,
      sort: { row, table in
        table.retransmitShare(of: row.pointee).map { .real($0) } ?? .absent
      },
      style: { row, context in Heat.style(share: context.table.retransmitShare(of: row)) },
      cell: { row, context in
        Cell(context.table.retransmitShare(of: row).map(Quantity.percent))
      }
    ),
  ]

  private static func retransmits(_ row: Row, _ context: CellContext) -> UInt64? {
    context.figure(of: row, .retransmits, { $0.retransmits.map(UInt64.init) }, { $0.retransmits })
  }

  private static func time(
    _ id: ID,
    _ title: String,
    _ field: Field,
    _ meaning: String,
    _ width: Width,
    value: @escaping @Sendable (Counters) -> UInt32?
  ) -> Column {
    Column(
      id,
      title,
      field: field,
      meaning,
      width: width,
      alignment: .right,
      isDescendingFirst: true,
      sort: { row, _ in .optional(value(row.pointee.counters)) },
      style: { row, _ in Heat.style(rtt: value(row.counters)) },
      cell: { row, _ in Cell(value(row.counters).map { DurationText.microseconds(UInt64($0)) }) }
    )
  }
}
