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
    case .details(let pane):
      layout.pageRows = max(1, height - 2)
      let view = DetailsView(
        facts(pane),
        samplesPerDot: pane.samplesPerDot,
        search: pane.search,
        keys: keys
      )
      let drawn = view.draw(into: &canvas, top: pane.top)
      updateDetails { $0.top = drawn.top }
      layout.keys = drawn.keys
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
    // A display that was only paused stays as it is.
    let bar = timeline.flatMap { $0.isEntered && height >= TimelineBar.leastHeight ? $0 : nil }
    let promptLines = prompt.map { PromptView(prompt: $0, message: nil).lines(height: height) }
    let bottom = (promptLines ?? 1) + (bar == nil ? 0 : 1)
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
    if let bar {
      let view = TimelineBar(bar, utcOffset: utcOffset, isASCII: presentation.isASCII)
      layout.timeline = view.draw(into: &canvas, y: height - bottom)
    }
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
