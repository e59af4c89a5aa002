import Connections
import StyledText

extension Column {
  /// The metrics of the catalogue that no other column shows.
  static let ofMetrics: [Column] = {
    let others = [ofTraffic, ofPath, ofQueues, ofRetransmits, ofDrops].flatMap { $0 }
    let shown = Set(others.compactMap(\.field))
    return Metric.all.filter { !shown.contains(Field($0)) }.map(Column.init)
  }()

  private init(_ metric: Metric) {
    switch metric.value {
    case .text(let text):
      self.init(
        ID(metric),
        metric.title,
        field: Field(metric),
        metric.meaning,
        width: Width(max(6, metric.title.count + 1), maximum: 15),
        sort: { row, _ in .optional(text(row.pointee.counters)) },
        cell: { row, _ in Cell(text(row.counters)) }
      )
    case .number(let number):
      let unit = metric.unit
      self.init(
        ID(metric),
        metric.title,
        field: Field(metric),
        metric.meaning,
        width: Width(max(6, metric.title.count + 1)),
        alignment: .right,
        isDescendingFirst: true,
        sort: { row, _ in .optional(number(row.pointee.counters)) },
        style: { row, _ in number(row.counters) ?? 0 > 0 ? .plain : .faint },
        cell: { row, context in
          Cell(number(row.counters).map { unit.text($0, context.presentation) })
        }
      )
    }
  }
}

extension Metric.Unit {
  /// A number of this unit, in a few columns.
  fileprivate func text(_ number: UInt64, _ presentation: Presentation) -> String {
    switch self {
    case .count, .text: Quantity.count(number)
    case .bytes: Quantity.bytes(number)
    case .bytesPerSecond: Quantity.dataRate(Double(number), presentation)
    case .microseconds: DurationText.microseconds(number)
    }
  }
}
