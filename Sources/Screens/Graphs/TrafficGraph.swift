import Monitor
import StyledText
import Terminal

/// What the host received and sent in the last minutes, in a line.
///
///     RX ▁▁▁▂▅█▇▃▁▁▁▁ peak 4.56M/s  TX ▁▁▁▁▁▁▁▁▂▁▁▁ peak 99.9K/s
struct TrafficGraph {
  /// With fewer columns, it is not worth its space.
  static let leastColumns = 60
  /// How many it takes beside something else.
  static let besideColumns = 90
  /// Columns of a graph at most: the samples that are kept.
  private static let longest = Traffic.limit

  private let traffic: Traffic
  private let presentation: Presentation

  init(_ traffic: Traffic, _ presentation: Presentation) {
    self.traffic = traffic
    self.presentation = presentation
  }

  func line(width: Int) -> StyledLine {
    let graphs: [(name: String, style: Style, values: [Double?])] = [
      ("RX ", .received, traffic.points.map { $0?.received }),
      ("TX ", .sent, traffic.points.map { $0?.sent }),
    ]
    // " peak 99.9MB/s", in a field of constant width, and a blank at the edge.
    let fieldWidth = 15
    let columns = min(Self.longest, (width - 1) / 2 - 3 - fieldWidth)
    guard columns >= 4 else { return StyledLine(left: []) }
    var parts: [StyledLine.Part] = []
    for graph in graphs {
      let values = graph.values.suffix(columns)
      let unit = GraphUnit.rate(presentation)
      let top = GraphScale(unit, for: Array(values)).top
      let text = Sparkline.text(
        Array(values),
        columns: columns,
        top: top,
        isASCII: presentation.isASCII
      )
      let peak = values.compactMap { $0 }.max().map { " peak \(unit.text($0))" } ?? ""
      parts.append(.init(graph.name))
      parts.append(.init(text, graph.style))
      parts.append(
        .init(peak + String(repeating: " ", count: max(0, fieldWidth - peak.count)), .faint)
      )
    }
    return StyledLine(left: parts)
  }
}
