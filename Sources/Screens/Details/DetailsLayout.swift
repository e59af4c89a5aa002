import Connections
import Monitor
import StyledText
import Terminal

/// The position of each part of the details, from the first line below the title.
struct DetailsLayout {
  struct PlacedLine {
    let x: Int
    let y: Int
    let line: DetailsLine
  }

  struct PlacedGraph {
    let x: Int
    let y: Int
    let width: Int
    let height: Int
    let graph: Graph
  }

  private(set) var lines: [PlacedLine] = []
  private(set) var graphs: [PlacedGraph] = []
  /// In lines; it may exceed the screen.
  private(set) var height = 0

  /// - Parameters:
  ///   - height: how many lines are in view.
  ///   - samplesPerDot: of the graphs.
  ///   - search: only lines with this text are placed.
  init(
    _ facts: DetailsFacts,
    width: Int,
    height: Int,
    samplesPerDot: Int,
    search: TextSearch = TextSearch()
  ) {
    guard width > 0 else { return }
    let diagnosis = DiagnosisView(facts, width: width)
    // Wide screens explain each figure, others show more figures.
    let isDense = width < 156
    let count = isDense ? (width < 100 ? 1 : width / 40) : width / 78
    let sectionWidth = (width - 2 * (count - 1)) / count
    let sections = DetailsGroup.shown(facts).compactMap {
      DetailsSection($0, facts, width: sectionWidth, isDense: isDense, search: search)
    }
    let columns = DetailsSection.columns(sections, count)
    let commands = Self.commands(facts, width: width).searched(for: search)

    place(diagnosis.verdict + [.blank])
    let reasons = diagnosis.section.map { $0.searched(for: search).lines } ?? []
    let rest =
      self.height + [reasons, commands.lines].reduce(0) { $0 + $1.count + 1 }
      + (columns.map(\.count).max() ?? 0)
    // Graphs have no text that could be found.
    if facts.kind != .listener, search.isEmpty {
      let panels = Self.panels(facts, samplesPerDot)
      if width < 60 || height < 16 {
        place(Self.sparklines(panels, width: width, isASCII: facts.isASCII))
      } else {
        place(panels, width: width, height: height, below: rest)
      }
    }
    if !reasons.isEmpty { place(reasons + [.blank]) }
    let top = self.height
    for (index, column) in columns.enumerated() {
      self.height = top
      place(column, x: index * (sectionWidth + 2))
    }
    self.height = top + (columns.map(\.count).max() ?? 0)
    place(commands.lines)
    if !search.isEmpty, reasons.isEmpty, sections.isEmpty, commands.lines.isEmpty {
      place([DetailsLine("Nothing here matches \"\(search.text)\".", x: 1, width: width - 1)])
    }
  }

  private mutating func place(_ lines: [DetailsLine], x: Int = 0) {
    for line in lines {
      if !line.parts.isEmpty { self.lines.append(PlacedLine(x: x, y: height, line: line)) }
      height += 1
    }
  }

  /// Places graphs side by side. They get the height that remains.
  private mutating func place(_ panels: [Graph], width: Int, height: Int, below rest: Int) {
    let perRow = min(panels.count, width >= 160 ? 4 : 2)
    let rows = (panels.count + perRow - 1) / perRow
    let least = min(max(height / 8, 2), 6) + 2
    let spare = (height - rest - rows) / max(1, rows)
    let panelHeight = min(max(least, spare), 18)
    let gap = 2
    let panelWidth = (width - gap * (perRow - 1)) / perRow
    for (index, panel) in panels.enumerated() {
      graphs.append(
        PlacedGraph(
          x: index % perRow * (panelWidth + gap),
          y: self.height + index / perRow * (panelHeight + 1),
          width: panelWidth,
          height: panelHeight,
          graph: panel
        )
      )
    }
    self.height += rows * (panelHeight + 1)
  }

  private static func panels(_ facts: DetailsFacts, _ samplesPerDot: Int) -> [Graph] {
    let series = facts.series
    let rate = GraphUnit.rate(facts.presentation)
    var panels: [(String, GraphUnit, Style, [Double?])] = [
      ("Received", rate, .received, series.received), ("Sent", rate, .sent, series.sent),
    ]
    // Datagrams have neither, and each MPTCP subflow has its own round-trip time.
    let proto = facts.connection.proto
    if proto == .tcp { panels.append(("RTT", .time, .delay, series.rtt)) }
    if proto != .udp {
      panels.append(("Retransmits", .count, .retransmitted, series.retransmits))
    }
    return panels.map { title, unit, style, values in
      Graph(
        title,
        unit,
        style: style,
        values: values,
        last: series.last,
        interval: facts.interval,
        end: facts.endOfSeries,
        samplesPerDot: samplesPerDot,
        glyphs: facts.presentation.graphs
      )
    }
  }

  /// The graphs of small screens, a line each.
  private static func sparklines(
    _ panels: [Graph],
    width: Int,
    isASCII: Bool
  ) -> [DetailsLine] {
    let (labelWidth, valueWidth) = (12, 8)
    let columns = width - labelWidth - valueWidth - 1
    let lines = panels.map { panel in
      var line = DetailsLine(panel.title, width: min(labelWidth - 1, width), style: .strong)
      let values = panel.dots(columns)
      let top = GraphScale(panel.unit, for: values).top
      let text = Sparkline.text(values, columns: columns, top: top, isASCII: isASCII)
      line.add(text, x: labelWidth, width: columns, style: panel.style)
      let current = (values.last ?? nil).map(panel.unit.text) ?? "-"
      line.add(current, x: max(labelWidth, width - valueWidth), width: valueWidth)
      return line
    }
    return lines + [.blank]
  }

  private static func commands(_ facts: DetailsFacts, width: Int) -> DetailsSection {
    let commands = DetailsCommand.all(
      for: facts.connection,
      in: facts.namespace,
      pid: facts.connection.owner?.pid
    )
    var lines: [DetailsLine] = []
    for command in commands {
      lines.append(DetailsLine("# \(command.title)", x: 1, width: width - 1, style: .faint))
      lines += command.lines(columns: width - 1).map { DetailsLine($0, x: 1, width: width - 1) }
    }
    if commands.isEmpty {
      let text = "No commands: its network namespace has no name and no known process."
      lines = WrappedText.lines(text, columns: width - 2).map {
        DetailsLine($0, x: 1, width: width - 1)
      }
    }
    return DetailsSection("Commands", width: width, isASCII: facts.isASCII, lines)
  }
}
