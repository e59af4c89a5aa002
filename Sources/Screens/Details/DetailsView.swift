import Connections
import Monitor
import StyledText
import Terminal

/// All that is known of one connection, on the whole screen: graphs, why it is slow, the kernel's
/// figures, its owner, and commands that show it.
package struct DetailsView: Sendable {
  private let facts: DetailsFacts
  private let samplesPerDot: Int
  private let search: TextSearch
  private let keys: KeyMap

  /// - Parameters:
  ///   - samplesPerDot: how many samples a dot of the graphs stands for, at least 1.
  ///   - search: what is looked for: only lines with it are shown.
  init(
    _ facts: DetailsFacts,
    samplesPerDot: Int = 1,
    search: TextSearch = TextSearch(),
    keys: KeyMap = KeyMap()
  ) {
    self.facts = facts
    self.samplesPerDot = samplesPerDot
    self.search = search
    self.keys = keys
  }

  /// Draws as much as fits, from the line `top` on.
  ///
  /// - Parameter spare: how many lines above the last one are left to others.
  /// - Returns: the first line shown, which is `top` unless that is too far down, and where the
  ///   keys of the last line are.
  func draw(
    into canvas: inout Canvas,
    top: Int,
    sparing spare: Int = 0
  ) -> (top: Int, keys: [KeyLine.Place]) {
    let (width, height) = (canvas.width, canvas.height)
    guard width > 0, height > 0 else { return (0, []) }
    let titleLines = height > 1 ? 1 : 0
    let keyLines = height > 2 ? 1 : 0
    let rows = max(0, height - titleLines - keyLines - spare)
    let layout = DetailsLayout(
      facts,
      width: width,
      height: rows,
      samplesPerDot: samplesPerDot,
      search: search
    )
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
    guard keyLines > 0 else { return (first, []) }
    if search.isTyping || !search.isEmpty {
      SearchLine(search: search).draw(into: &canvas, y: height - 1)
      return (first, [])
    }
    let visible = first..<max(first, min(layout.height, first + rows))
    let others = KeyLine.ofDetails(keys, isOfPast: facts.now != nil)
    let line = KeyLine(keys, visible, of: layout.height, width: width, others: others)
    return (first, line.draw(into: &canvas, y: height - 1))
  }

  /// The time of the sample; of the past, with its date unless that is today.
  private var moment: String {
    let time = facts.timeOfDay(facts.time)
    guard let now = facts.now else { return time }
    let dates = [facts.time.shifted(by: facts.wallOffset), now].map {
      TimestampText.date($0, offset: facts.utcOffset)
    }
    return dates[0] == dates[1] ? time : "\(dates[0]) \(time)"
  }

  private func title(_ width: Int) -> StyledLine {
    let connection = facts.connection
    let time = "\(moment) "
    let owner = connection.owner.map { "  \($0.process.nameAndPID)" } ?? ""
    let rest = "  \(facts.stateText)\(owner)  netns \(facts.namespaceText)"
    let arrows: [Connection.Direction: String] =
      facts.isASCII ? [.outgoing: "->", .incoming: "<-"] : [.outgoing: "→", .incoming: "←"]
    let arrow = arrows[connection.direction] ?? (facts.isASCII ? "--" : "–")

    let flags = facts.isPaused ? [" PAUSED "] : facts.isPlaying ? [" PLAYING "] : []
    let flag = flags.map { StyledLine.Part($0, .paused) }
    let state = facts.stateText.count + 3 + flags.reduce(0) { $0 + $1.count }
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
    let line = [StyledLine.Part(" \(ends)", .barStrong), .init(rest, .bar)]
    let columns = (flag + line).reduce(2) { $0 + SafeText.columns(of: $1.text) }
    // Where the display does not go on by itself, the time is needed most.
    let isHeld = facts.isPaused || facts.now != nil
    let isFirst = isHeld && columns + SafeText.columns(of: time) > width
    return StyledLine(
      left: flag + (isFirst ? [.init(" \(time)", .bar)] : []) + line,
      right: isFirst ? [] : [.init(time, .bar)],
      style: .bar
    )
  }
}
