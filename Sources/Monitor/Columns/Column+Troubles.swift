import Terminal
import Tracer

extension Column {
  /// Segments sent again, by what made the kernel do so.
  static let ofRetransmits = [
    retransmits(
      .retransmitsTimeout,
      "RTO-R",
      .retransmitsTimeout,
      "segments sent again because the retransmission timer ran out",
      \.timeout
    ),
    retransmits(
      .retransmitsFast,
      "FAST-R",
      .retransmitsFast,
      "segments sent again because ACKs told of a loss",
      \.fast
    ),
    retransmits(
      .retransmitsProbe,
      "TLP-R",
      .retransmitsProbe,
      "tail loss probes: the last segment sent again, as no ACK came",
      \.probe
    ),
    retransmits(
      .retransmitsSYN,
      "SYN-R",
      .retransmitsSYN,
      "SYNs sent again; of a listener, SYN-ACKs",
      \.syn
    ),
  ]

  private static func retransmits(
    _ id: ID,
    _ title: String,
    _ field: Field,
    _ meaning: String,
    _ cause: any KeyPath<Troubles.Retransmits, UInt32> & Sendable
  ) -> Column {
    Column(
      id,
      title,
      field: field,
      meaning,
      width: Width(max(5, title.count + 1)),
      alignment: .right,
      isDescendingFirst: true,
      sort: { row, _ in .optional(row.counters.retransmits(cause)) },
      style: { row, _ in row.counters.retransmits(cause) ?? 0 > 0 ? .plain : .faint },
      cell: { row, _ in
        Cell(row.counters.retransmits(cause).map { Quantity.count(UInt64($0)) })
      }
    )
  }

  /// Packets that the kernel dropped at the socket.
  static let ofDrops = [
    Column(
      .drops,
      "DROPS",
      field: .drops,
      "packets dropped at the socket; of a listener, mostly for want of room in its queue",
      width: Width(6),
      alignment: .right,
      isDescendingFirst: true,
      sort: { row, _ in .optional(row.counters.drops) },
      style: { row, context in
        if row.counters.drops ?? 0 == 0 { return .faint }
        // Some of them just now.
        return row.sample == context.table.samples && row.growth.drops > 0 ? .high : .medium
      },
      cell: { row, context in
        Cell(
          context.figure(of: row, .drops, { $0.drops.map(UInt64.init) }, { $0.drops })
            .map(Quantity.count)
        )
      }
    ),
    Column(
      .dropReasons,
      "DROP-REASON",
      field: .dropReasons,
      "why, as the kernel names it, the most frequent first",
      width: Width(12, ideal: 20, maximum: 60),
      sort: { row, _ in .optional(row.counters.dropReasonsText) },
      cell: { row, _ in Cell(row.counters.dropReasonsText) }
    ),
  ]

  /// How a connection failed.
  static let ofFailures = [
    end(.error, "ERROR", .error, "error that its process got at the end", Width(7, ideal: 12)) {
      $0.errorName
    },
    end(.reset, "RESET", .reset, "sent: this end reset it; received: the peer did", Width(8)) {
      $0.reset?.name
    },
    end(
      .resetReason,
      "RST-REASON",
      .resetReason,
      "why this end sent the reset, as the kernel names it",
      Width(11, ideal: 20, maximum: 26)
    ) { $0.reset?.reason },
  ]

  private static func end(
    _ id: ID,
    _ title: String,
    _ field: Field,
    _ meaning: String,
    _ width: Width,
    text: @escaping @Sendable (Connection.End) -> String?
  ) -> Column {
    Column(
      id,
      title,
      field: field,
      meaning,
      width: width,
      sort: { row, _ in .optional(row.end.flatMap(text)) },
      cell: { row, _ in Cell(row.end.flatMap(text)) }
    )
  }
}
