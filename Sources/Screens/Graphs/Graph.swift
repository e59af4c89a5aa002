import Monitor
import StyledText
package import Terminal

/// A graph of several lines, with its title, its scale and its time axis.
///
///     Received  1.23M/s   peak 4.56M/s
///        5M┤      ⣀⣠⣤⣶⣿⣿
///         0┤⣀⣀⣀⣤⣤⣿⣿⣿⣿⣿⣿⣿
///          └──── -1m ──── now
package struct Graph: Sendable {
  let title: String
  let unit: GraphUnit
  let style: Style
  /// The oldest first.
  let values: [Double?]
  /// The number of the last value's sample.
  let last: UInt64
  /// Seconds from one sample to the next.
  let interval: Double
  /// When the last value is of, for the axis: `now`, or a time.
  let end: String
  /// How many samples a dot stands for, at least 1.
  let samplesPerDot: Int
  let glyphs: GraphGlyphs

  /// Columns of the scale at the left.
  private static let margin = 6

  init(
    _ title: String,
    _ unit: GraphUnit,
    style: Style,
    values: [Double?],
    last: UInt64,
    interval: Double,
    end: String = "now",
    samplesPerDot: Int = 1,
    glyphs: GraphGlyphs = .braille
  ) {
    self.title = title
    self.unit = unit
    self.style = style
    self.values = values
    self.last = last
    self.interval = interval
    self.end = end
    self.samplesPerDot = max(1, samplesPerDot)
    self.glyphs = glyphs
  }

  /// A value for each dot, so many of the last.
  ///
  /// The numbers of samples decide which belong to a dot, so that a graph moves but does not
  /// shimmer.
  func dots(_ count: Int) -> [Double?] {
    let size = UInt64(samplesPerDot)
    var dots = [[Double]](repeating: [], count: max(0, count))
    for (offset, value) in values.reversed().enumerated() {
      guard let value, UInt64(offset) <= last else { continue }
      let age = Int(last / size - (last - UInt64(offset)) / size)
      guard age < dots.count else { break }
      dots[dots.count - 1 - age].append(value)
    }
    return dots.map { $0.isEmpty ? nil : unit.joined($0) }
  }

  /// Draws the title in the first line, and as much of the graph below as fits.
  package func draw(into canvas: inout Canvas, x: Int, y: Int, width: Int, height: Int) {
    guard width > 0, height > 0 else { return }
    let hasMargin = width >= 20
    let columns = hasMargin ? width - Self.margin : width
    let hasAxis = height >= 4
    let rows = height - 1 - (hasAxis ? 1 : 0)
    let values = dots(columns * glyphs.valuesPerCell)
    let scale = GraphScale(unit, for: values)
    drawTitle(into: &canvas, x: x, y: y, width: width, values: values)
    let lines = glyphs.lines(values, top: scale.top, columns: columns, rows: rows)
    for (row, line) in lines.enumerated() {
      let start = x + width - columns
      if hasMargin {
        let label = row == 0 ? scale.label : row == rows - 1 ? "0" : ""
        let ruler = glyphs == .ascii ? "|" : label.isEmpty ? "│" : "┤"
        canvas.write(
          label,
          x: x,
          y: y + 1 + row,
          width: Self.margin - 1,
          align: .right,
          style: .faint
        )
        canvas.write(ruler, x: start - 1, y: y + 1 + row, width: 1, style: .faint)
      }
      canvas.write(line, x: start, y: y + 1 + row, width: columns, style: style)
    }
    guard hasAxis else { return }
    let seconds = interval * Double(samplesPerDot * glyphs.valuesPerCell)
    let isASCII = glyphs == .ascii
    let axis = TimeAxis.text(
      columns: columns,
      secondsPerColumn: seconds,
      endingAt: end,
      isASCII: isASCII
    )
    let corner = hasMargin ? (isASCII ? "+" : "└") : ""
    canvas.write(
      corner + axis,
      x: x + width - columns - corner.count,
      y: y + height - 1,
      width: columns + corner.count,
      style: .faint
    )
  }

  /// The name, the newest value and, if it fits, the greatest one of the graph.
  private func drawTitle(
    into canvas: inout Canvas,
    x: Int,
    y: Int,
    width: Int,
    values: [Double?]
  ) {
    let end = x + width
    var column = canvas.write(title, x: x, y: y, width: min(width, title.count), style: .strong)
    func part(_ text: String, _ style: Style) {
      guard column + 2 + text.count <= end else { return }
      column = canvas.write(text, x: column + 2, y: y, style: style)
    }
    part(current.map(unit.text) ?? "-", style)
    if let peak = values.compactMap({ $0 }).max() { part("peak \(unit.text(peak))", .faint) }
  }

  /// The value of the last sample.
  private var current: Double? { values.last ?? nil }
}
