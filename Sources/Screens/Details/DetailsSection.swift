import Monitor
import StyledText
import Terminal

/// A part of the details with a heading.
struct DetailsSection: Sendable {
  let lines: [DetailsLine]

  init(_ title: String, width: Int, isASCII: Bool, _ lines: [DetailsLine]) {
    let dash = isASCII ? "-" : "─"
    var heading = DetailsLine("\(dash) ", width: width, style: .faint)
    heading.add(title, x: 2, width: width - 2, style: .strong)
    let rule = max(0, width - title.count - 3)
    let dashes = String(repeating: dash, count: rule)
    heading.add(dashes, x: title.count + 3, width: rule, style: .faint)
    self.lines = [heading] + lines
  }

  private init(_ lines: [DetailsLine]) {
    self.lines = lines
  }

  /// The lines below the heading that contain a text; nothing if none does.
  func searched(for search: TextSearch) -> DetailsSection {
    if search.isEmpty { return self }
    let found = lines.dropFirst().filter { search.isFound(in: $0.text) }
    return DetailsSection(found.isEmpty ? [] : Array(lines.prefix(1)) + found)
  }

  /// The figures of a group; `nil` if none of them is what is looked for.
  ///
  /// - Parameter isDense: whether to put figures beside each other, rather than their meanings.
  init?(
    _ group: DetailsGroup,
    _ facts: DetailsFacts,
    width: Int,
    isDense: Bool,
    search: TextSearch = TextSearch()
  ) {
    let isWhole = search.isFound(in: group.title)
    let figures = group.figures.map { Figure($0, facts) }
      .filter { $0.isKnown || !$0.figure.isOptional }
      .filter { isWhole || search.isFound(in: $0.searchedText) }
    if !isWhole, figures.isEmpty { return nil }
    let short = figures.filter { !$0.figure.isLong }
    let long = figures.filter { $0.figure.isLong }
    let columns = isDense ? max(1, width / 38) : 1
    let cell = width / columns
    let rows = (short.count + columns - 1) / columns
    let valueWidth = short.map { SafeText.columns(of: $0.text) }.max() ?? 0
    var lines = (0..<rows).map { row in
      var line = DetailsLine()
      for column in 0..<columns where column * rows + row < short.count {
        short[column * rows + row].add(
          to: &line,
          x: column * cell,
          width: cell,
          valueWidth: isDense ? nil : max(10, valueWidth)
        )
      }
      return line
    }
    for figure in long { lines += figure.wrapped(width: width) }
    self.init(group.title, width: width, isASCII: facts.isASCII, lines)
  }

  /// Sections beside each other in this many columns, in their order, of as even heights as can be.
  static func columns(_ sections: [DetailsSection], _ count: Int) -> [[DetailsLine]] {
    let heights = sections.map { $0.lines.count + 1 }
    var limit = heights.max() ?? 0
    while columnsNeeded(heights, limit: limit) > count { limit += 1 }
    var columns: [[DetailsLine]] = [[]]
    for (section, height) in zip(sections, heights) {
      if columns[columns.count - 1].count + height > limit { columns.append([]) }
      columns[columns.count - 1] += section.lines + [.blank]
    }
    return columns
  }

  private static func columnsNeeded(_ heights: [Int], limit: Int) -> Int {
    var (columns, filled) = (1, 0)
    for height in heights {
      if filled + height > limit { (columns, filled) = (columns + 1, 0) }
      filled += height
    }
    return columns
  }
}

/// A figure with its text for one connection.
private struct Figure {
  private static let labelWidth = 16

  let figure: DetailsFigure
  let text: String
  let isKnown: Bool
  let style: Style

  init(_ figure: DetailsFigure, _ facts: DetailsFacts) {
    self.figure = figure
    let value = figure.value(facts).map(SafeText.sanitized)
    text = value ?? "-"
    isKnown = value != nil
    style = value == nil ? .faint : figure.isNotable(facts) ? .medium : .strong
  }

  /// Its whole text, whether it fits or not.
  var searchedText: String { "\(figure.label) \(text) \(figure.meaning)" }

  /// - Parameter valueWidth: the width of the values, which the meanings follow; `nil` for no
  ///   meanings.
  func add(to line: inout DetailsLine, x: Int, width: Int, valueWidth: Int?) {
    let start = 1 + Self.labelWidth
    line.add(figure.label, x: x + 1, width: min(Self.labelWidth - 1, width - 1))
    line.add(text, x: x + start, width: min(valueWidth ?? .max, width - start - 1), style: style)
    guard let valueWidth else { return }
    let room = width - start - valueWidth - 2
    guard room >= 16 else { return }
    line.add(figure.meaning, x: x + start + valueWidth + 2, width: room, style: .faint)
  }

  func wrapped(width: Int) -> [DetailsLine] {
    let start = min(1 + Self.labelWidth, width / 2)
    let lines = WrappedText.lines(text, columns: width - start - 1)
    return lines.enumerated().map { index, text in
      var line = DetailsLine()
      if index == 0 { line.add(figure.label, x: 1, width: start - 1) }
      line.add(text, x: start, width: width - start, style: style)
      return line
    }
  }
}
