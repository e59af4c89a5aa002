import Connections
import Monitor
import StyledText
import Terminal

/// The whole past in a line: where the traffic was, where failures were, where nothing is known, and
/// where the sample on the screen is.
///
///     12:00:00 ▁▁▂▅█▇▃▁┄┄┄▁▁▂┃▁▁▁▂▂▁ 12:10:00  paused 4x
struct TimelineBar {
  /// The cells of the bar, for clicks.
  struct Frame: Hashable, Sendable {
    let y: Int
    let columns: Range<Int>
    let span: ClosedRange<Timestamp>

    /// The moment in the middle of the part of a column.
    func moment(at x: Int) -> Timestamp {
      let length = Double(span.upperBound.nanoseconds - span.lowerBound.nanoseconds)
      let part = (Double(x - columns.lowerBound) + 0.5) / Double(max(1, columns.count))
      return span.lowerBound.shifted(by: Int64(length * min(max(part, 0), 1)))
    }
  }

  /// With fewer lines, the screen has no space for it.
  static let leastHeight = 8
  /// With fewer columns, the bar has the whole line.
  private static let leastColumns = 24

  private let timeline: Timeline
  /// How many seconds local time is ahead of UTC.
  private let utcOffset: Int
  private let isASCII: Bool

  init(_ timeline: Timeline, utcOffset: Int, isASCII: Bool) {
    self.timeline = timeline
    self.utcOffset = utcOffset
    self.isASCII = isASCII
  }

  /// Draws it.
  ///
  /// - Returns: where the bar is; `nil` if nothing is recorded, or that is not known yet.
  func draw(into canvas: inout Canvas, y: Int) -> Frame? {
    canvas.write("", x: 0, y: y, width: canvas.width)
    guard let span = timeline.span else { return nil }
    let (start, end) = labels(span)
    let around = SafeText.columns(of: start) + SafeText.columns(of: end) + 2
    let isLabelled = canvas.width - around - state.count - 2 >= Self.leastColumns
    let columns =
      isLabelled
      ? start.count + 1..<canvas.width - state.count - end.count - 3 : 0..<canvas.width
    if isLabelled {
      canvas.write(start, x: 0, y: y, style: .faint)
      canvas.write(end, x: columns.upperBound + 1, y: y, style: .faint)
      canvas.write(state, x: canvas.width - state.count, y: y, style: .strong)
    }
    drawCells(span, columns, into: &canvas, y: y)
    return Frame(y: y, columns: columns, span: span)
  }

  /// In a field of constant width, so that the bar stays where it is.
  private var state: String {
    let text = "\(word) \(timeline.speed.text)"
    return String(repeating: " ", count: max(0, 12 - text.count)) + text
  }

  private var word: String {
    if timeline.isReading { return "reading" }
    if timeline.isPlaying { return "playing" }
    return timeline.isAtEnd && timeline.isOfRecording ? "end" : "paused"
  }

  /// The times at both ends, with their dates where one of them is not of today.
  private func labels(_ span: ClosedRange<Timestamp>) -> (start: String, end: String) {
    let dates = [span.lowerBound, span.upperBound, timeline.now].map {
      TimestampText.date($0, offset: utcOffset)
    }
    let hasDates = Set(dates).count > 1
    func label(_ moment: Timestamp, _ date: String) -> String {
      let time = TimestampText.timeOfDay(moment, offset: utcOffset)
      return hasDates ? "\(date.dropFirst(5)) \(time.prefix(5))" : time
    }
    return (label(span.lowerBound, dates[0]), label(span.upperBound, dates[1]))
  }

  private func drawCells(
    _ span: ClosedRange<Timestamp>,
    _ columns: Range<Int>,
    into canvas: inout Canvas,
    y: Int
  ) {
    let parts = parts(columns.count, span)
    let text = Sparkline.text(
      parts.map { part in part.map { Double($0.bytes) } },
      columns: columns.count,
      isASCII: isASCII
    )
    for (index, glyph) in text.enumerated() {
      let x = columns.lowerBound + index
      guard let part = parts[index] else {
        canvas.write(isASCII ? " " : "┄", x: x, y: y, style: .faint)
        continue
      }
      let style: Style = part.failures > 0 ? .alarm : .received
      canvas.write(String(glyph), x: x, y: y, style: style)
    }
    guard let moment = timeline.moment else { return }
    let marker = Self.column(of: moment, span, columns.count)
    canvas.write(isASCII ? "|" : "┃", x: columns.lowerBound + marker, y: y, style: .selected)
  }

  /// What happened in each column; `nil` where nothing is known.
  private func parts(_ count: Int, _ span: ClosedRange<Timestamp>) -> [PastActivity?] {
    let known = timeline.activity
    if !known.isEmpty { return (0..<count).map { known[$0 * known.count / count] } }
    // Until it has been read, at least the gaps are known.
    let covered = timeline.coverage.map { range in
      Self.column(
        of: range.lowerBound,
        span,
        count
      )...Self.column(of: range.upperBound, span, count)
    }
    return (0..<count).map { column in
      covered.contains { $0.contains(column) } ? PastActivity() : nil
    }
  }

  /// The column of a moment, of so many for a stretch of time.
  private static func column(
    of moment: Timestamp,
    _ span: ClosedRange<Timestamp>,
    _ count: Int
  ) -> Int {
    let length = span.upperBound.seconds(since: span.lowerBound)
    guard length > 0 else { return count - 1 }
    let part = min(max(moment.seconds(since: span.lowerBound) / length, 0), 1)
    return min(count - 1, Int(part * Double(count)))
  }
}
