import Connections
import StyledText

extension Column {
  /// Recent values of figures, as small graphs.
  static let trends = [
    trend(
      .rateTrend,
      "RATE TREND",
      "rate_trend",
      "bytes per second over the last samples",
      .received
    ) { point in
      point.received.map { $0 + (point.sent ?? 0) }
    },
    trend(.rttTrend, "RTT TREND", "rtt_trend", "round-trip time over the last samples", .delay) {
      $0.rtt.map(Double.init)
    },
  ]

  /// As many samples as the widest column shows.
  private static let samples = 60

  private static func trend(
    _ id: ID,
    _ title: String,
    _ name: String,
    _ meaning: String,
    _ style: Style,
    value: @escaping @Sendable (HistoryPoint) -> Double?
  ) -> Column {
    Column(
      id,
      title,
      name: name,
      meaning,
      width: Width(10, ideal: 12, maximum: 24),
      style: { _, _ in style },
      cell: { row, context in
        guard !row.isGroup, let slot = context.table.slot(of: row.id) else { return .text("") }
        let series = context.table.series(of: row, slot, last: samples)
        let values = series.points.map { $0.flatMap(value) }
        return .trend(values, isASCII: context.presentation.isASCII)
      }
    )
  }
}
