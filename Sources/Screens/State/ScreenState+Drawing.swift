import Monitor
import StyledText
package import Terminal

extension ScreenState {
  /// Draws the whole screen, and records where things are.
  ///
  /// The table has at least half of the screen; the header gives way, its least needed lines first.
  package mutating func draw(into canvas: inout Canvas) {
    let (width, height) = (canvas.width, canvas.height)
    layout.begin(width: width, height: height)
    guard width > 0, height > 0 else { return }
    switch panes.last {
    case .details(let pane): draw(pane, into: &canvas)
    case .help(let pane):
      layout.pageRows = max(1, height - 2)
      layout.keys = HelpView(pane, keys, width: width).draw(into: &canvas)
    case .columns(var chooser):
      drawTable(into: &canvas)
      chooser.follow(layout.columns)
      panes[panes.count - 1] = .columns(chooser)
      draw(chooser.box(keys, width: width, height: height), into: &canvas)
    case .menu(let menu):
      drawTable(into: &canvas)
      draw(menu.box, into: &canvas)
    case .notice(var notice):
      drawTable(into: &canvas)
      let box = notice.box(width: width)
      draw(box, into: &canvas)
      notice.stay(in: box.lines.count - layout.pageRows)
      panes[panes.count - 1] = .notice(notice)
    case .alerts(let pane):
      drawTable(into: &canvas)
      draw(alertView.box(pane, width: width), into: &canvas)
    case nil: drawTable(into: &canvas)
    }
    if panes.isEmpty || message != nil || prompt != nil { drawLastLine(into: &canvas) }
  }

  private mutating func draw(_ pane: DetailsPane, into canvas: inout Canvas) {
    let bar = bar(height: canvas.height)
    let barLines = bar == nil ? 0 : 1
    layout.pageRows = max(1, canvas.height - 2 - barLines)
    let view = DetailsView(
      facts(pane),
      samplesPerDot: pane.samplesPerDot,
      search: pane.search,
      keys: keys
    )
    let drawn = view.draw(into: &canvas, top: pane.top, sparing: barLines)
    updateDetails { $0.top = drawn.top }
    layout.keys = drawn.keys
    if let bar { draw(bar, into: &canvas) }
  }

  /// The past, for the bar above the last line; `nil` if none is shown or there is no space for it. A
  /// display that was only paused stays as it is.
  private func bar(height: Int) -> Timeline? {
    timeline.flatMap { $0.isEntered && height >= TimelineBar.leastHeight ? $0 : nil }
  }

  private func promptLines(height: Int) -> Int {
    prompt.map { PromptView(prompt: $0, message: nil).lines(height: height) } ?? 1
  }

  /// Draws the bar of the past above the last line, or the prompt.
  private mutating func draw(_ bar: Timeline, into canvas: inout Canvas) {
    let view = TimelineBar(bar, utcOffset: utcOffset, isASCII: presentation.isASCII)
    let y = canvas.height - promptLines(height: canvas.height) - 1
    layout.timeline = view.draw(into: &canvas, y: y)
  }

  private mutating func draw(_ box: BoxView, into canvas: inout Canvas) {
    layout.box = box.draw(into: &canvas)
    layout.pageRows = max(1, layout.box.lines.count)
  }

  private mutating func drawTable(into canvas: inout Canvas) {
    let (width, height) = (canvas.width, canvas.height)
    let model = model
    layout.columns = columnLayout(width: width)
    current.skipped = layout.columns.hiddenLeft

    let titleLines = height >= 3 ? 1 : 0
    let bar = bar(height: height)
    let bottom = promptLines(height: height) + (bar == nil ? 0 : 1)
    let room = height - titleLines - bottom
    let headerLimit = height >= 5 ? room / 2 : 0
    let header = HeaderView(headerFacts)
    let headerLines = header.lines(limit: headerLimit, visible: 0..<0, width: width).count
    let rows = room - headerLines
    layout.pageRows = max(1, rows)
    current.selection.scroll(layout.pageRows, count: model.count)

    let top = selection.top
    let visible = top..<max(top, min(model.count, top + rows))
    layout.addresses = model.addresses(at: visible)
    let lines = header.lines(limit: headerLimit, visible: visible, width: width)
    for (y, line) in lines.enumerated() { line.draw(into: &canvas, y: y) }
    if !lines.isEmpty { layout.tabs = header.tabs(width: width) }
    let table = TableView(model, layout.columns, selection, presentation, names)
    if titleLines > 0 { table.drawTitles(into: &canvas, y: headerLines) }
    let first = headerLines + titleLines
    layout.tableLines = first..<first + rows
    table.drawRows(
      into: &canvas,
      y: first,
      count: rows,
      highlights: highlights,
      alerts: shownAlerts
    )
    if let bar { draw(bar, into: &canvas) }
  }

  /// The columns that a screen of this width shows.
  private func columnLayout(width: Int) -> ColumnLayout {
    let averages = model.table.halfLife > 0
    guard let columns = current.columns else {
      return ColumnLayout(
        width: width,
        sort: view.sort.column,
        of: view.kind,
        averages: averages
      )
    }
    return ColumnLayout(
      width: width,
      choices: columns,
      sort: view.sort.column,
      of: view.kind,
      skipping: current.skipped,
      averages: averages
    )
  }

  private var headerFacts: HeaderView.Facts {
    HeaderView.Facts(
      host: host,
      utcOffset: utcOffset,
      model: model,
      presentation: presentation,
      highlight: highlight,
      alerts: alertLines,
      isPaused: isPaused,
      totalsResetAt: showsPast ? pastTotalsResetAt : totalsResetAt,
      timeline: timeline,
      keys: keys
    )
  }

  private mutating func drawLastLine(into canvas: inout Canvas) {
    let y = canvas.height - 1
    if let prompt {
      layout.cursor = PromptView(prompt: prompt, message: message?.text).draw(into: &canvas)
    } else if let message {
      let style: Style = message.isProblem ? .alarm : .strong
      StyledLine(left: [.init(message.text, style)], style: style).draw(into: &canvas, y: y)
      layout.keys = []
    } else {
      let line =
        timeline.map { KeyLine(keys, isOfRecording: $0.isOfRecording, isPlaying: $0.isPlaying) }
        ?? KeyLine(keys)
      layout.keys = line.draw(into: &canvas, y: y)
    }
  }
}
