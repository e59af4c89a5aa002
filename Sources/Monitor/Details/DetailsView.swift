package import Terminal
import Tracer

/// All that is known of one connection, on the whole screen: graphs, why it is slow, the kernel's
/// figures, its owner, and commands that show it.
package struct DetailsView: Sendable {
  private let facts: DetailsFacts
  private let samplesPerDot: Int

  /// - Parameter samplesPerDot: how many samples a dot of the graphs stands for, at least 1.
  package init(_ facts: DetailsFacts, samplesPerDot: Int = 1) {
    self.facts = facts
    self.samplesPerDot = samplesPerDot
  }

  /// Draws as much as there is room for, from the line `top` on.
  ///
  /// - Returns: the first line shown, which is `top` unless that is too far down.
  package func draw(into canvas: inout Canvas, top: Int) -> Int {
    let (width, height) = (canvas.width, canvas.height)
    guard width > 0, height > 0 else { return 0 }
    let titleLines = height > 1 ? 1 : 0
    let keyLines = height > 2 ? 1 : 0
    let rows = height - titleLines - keyLines
    let layout = DetailsLayout(facts, width: width, height: rows, samplesPerDot: samplesPerDot)
    let first = max(0, min(top, layout.height - rows))

    // What is out of view is drawn over below, or lies outside of the canvas.
    let offset = titleLines - first
    for placed in layout.lines where (0..<height).contains(placed.y + offset) {
      placed.line.draw(into: &canvas, x: placed.x, y: placed.y + offset)
    }
    for placed in layout.graphs {
      placed.graph.draw(
        into: &canvas,
        x: placed.x,
        y: placed.y + offset,
        width: placed.width,
        height: placed.height
      )
    }
    if titleLines > 0 { title(width).draw(into: &canvas, y: 0) }
    if keyLines > 0 {
      let last = min(layout.height, first + rows)
      keys(first..<last, of: layout.height).draw(into: &canvas, y: height - 1)
    }
    return first
  }

  private func title(_ width: Int) -> StyledLine {
    let connection = facts.connection
    let time = "\(Moment.timeOfDay(facts.time, offset: facts.utcOffset)) "
    let owner = connection.owner.map { "  \($0.process.name) \($0.process.id.pid)" } ?? ""
    let rest = "  \(facts.stateText)\(owner)  netns \(facts.namespaceText)"
    let arrows: [Connection.Direction: String] =
      facts.isASCII ? [.outgoing: "->", .incoming: "<-"] : [.outgoing: "→", .incoming: "←"]
    let arrow = arrows[connection.direction] ?? (facts.isASCII ? "--" : "–")

    let state = facts.stateText.count + 3
    let room = max(10, width - state - 2)
    let ends: String
    if connection.isListener {
      ends = connection.local.fitted(to: room)
    } else {
      let both = [connection.local, connection.remote].map { "\($0)" }
      let isFitting = both[0].count + both[1].count + 2 + arrow.count <= room
      let each = (room - 2 - arrow.count) / 2
      let texts =
        isFitting ? both : [connection.local, connection.remote].map { $0.fitted(to: each) }
      ends = texts.joined(separator: " \(arrow) ")
    }
    return StyledLine(
      left: [.init(" \(ends)", .barStrong), .init(rest, .bar)],
      right: [.init(time, .bar)],
      style: .bar
    )
  }

  private func keys(_ visible: Range<Int>, of count: Int) -> StyledLine {
    let isWhole = visible.count >= count
    let hint = isWhole ? "Esc leaves" : "Esc leaves, arrows and pages scroll"
    let place = "\(visible.lowerBound + 1)-\(visible.upperBound) of \(count)"
    return StyledLine(
      left: [.init(hint, .strong)],
      right: isWhole ? [] : [.init(place, .faint)]
    )
  }
}
