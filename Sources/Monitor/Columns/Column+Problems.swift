import Connections
import StyledText

extension Column {
  /// Segments retransmitted, by cause.
  static let ofRetransmits = [
    retransmits(
      .retransmitsTimeout,
      "RTO-R",
      .retransmitsTimeout,
      "segments retransmitted because the retransmission timer expired",
      \.timeout
    ),
    retransmits(
      .retransmitsFast,
      "FAST-R",
      .retransmitsFast,
      "segments retransmitted because ACKs indicated a loss",
      \.fast
    ),
    retransmits(
      .retransmitsProbe,
      "TLP-R",
      .retransmitsProbe,
      "tail loss probes: the last segment retransmitted, as no ACK arrived",
      \.probe
    ),
    retransmits(
      .retransmitsSYN,
      "SYN-R",
      .retransmitsSYN,
      "SYNs retransmitted; for a listener, SYN-ACKs",
      \.syn
    ),
  ]

  private static func retransmits(
    _ id: ID,
    _ title: String,
    _ field: Field,
    _ meaning: String,
    _ cause: any KeyPath<LossCauses.Retransmits, UInt32> & Sendable
  ) -> Column {
    Column(
      id,
      title,
      field: field,
      meaning,
      width: Width(max(5, title.count + 1)),
      alignment: .right,
      isDescendingFirst: true,
      sort: { row, _ in .optional(row.pointee.counters.retransmits(cause)) },
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
      "packets dropped at the socket; for a listener, mostly because its queue was full",
      width: Width(6),
      alignment: .right,
      isDescendingFirst: true,
      sort: { row, _ in .optional(row.pointee.counters.drops) },
      style: { row, context in
        if row.counters.drops ?? 0 == 0 { return .faint }
        return row.isDropping(in: context.table) ? .high : .medium
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
      "the kernel's drop reasons, most frequent first",
      width: Width(12, ideal: 20, maximum: 60),
      sort: { row, _ in .optional(row.pointee.counters.dropReasonsText) },
      cell: { row, _ in Cell(row.counters.dropReasonsText) }
    ),
  ]

  /// How a connection failed.
  static let ofFailures = [
    end(.error, "ERROR", .error, "error reported to its process at the end", Width(7, ideal: 12)) {
      $0.errorName
    },
    end(.reset, "RESET", .reset, "sent: this end reset it; received: the peer did", Width(8)) {
      $0.reset?.name
    },
    end(
      .resetReason,
      "RST-REASON",
      .resetReason,
      "the kernel's reason for the reset that this end sent",
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
      sort: { row, _ in .optional(row.pointee.end.flatMap(text)) },
      cell: { row, _ in Cell(row.end.flatMap(text)) }
    )
  }
}

extension Row {
  /// Whether packets were dropped at its socket in the last interval.
  func isDropping(in table: ConnectionTable) -> Bool {
    sample == table.samples && growth.drops > 0
  }
}
