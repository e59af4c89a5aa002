package import Terminal

extension Interface {
  /// Draws the whole screen, and notes what the next key needs.
  ///
  /// The table has at least half of the screen; the header gives way, its least needed lines first.
  package mutating func draw(into canvas: inout Canvas) {
    cursor = nil
    tableLines = 0..<0
    let (width, height) = (canvas.width, canvas.height)
    guard width > 0, height > 0 else { return }
    tabs = []
    keyPlaces = []
    lastLine = height - 1
    switch panes.last {
    case .details(let pane):
      pageRows = max(1, height - 2)
      let view = DetailsView(
        facts(pane),
        samplesPerDot: pane.samplesPerDot,
        search: pane.search,
        keys: keys
      )
      let drawn = view.draw(into: &canvas, top: pane.top)
      updateDetails { $0.top = drawn.top }
      keyPlaces = drawn.keys
    case .help(let pane):
      pageRows = max(1, height - 2)
      keyPlaces = HelpView(pane, keys).draw(into: &canvas)
    case .columns(var chooser):
      drawTable(into: &canvas)
      chooser.follow(layout)
      panes[panes.count - 1] = .columns(chooser)
      boxFrame = chooser.box(keys).draw(into: &canvas)
      pageRows = max(1, boxFrame.lines.count)
    case .menu(let menu):
      drawTable(into: &canvas)
      boxFrame = menu.box.draw(into: &canvas)
      pageRows = max(1, boxFrame.lines.count)
    case .notice(var notice):
      drawTable(into: &canvas)
      let box = notice.box(width: width)
      boxFrame = box.draw(into: &canvas)
      pageRows = max(1, boxFrame.lines.count)
      notice.stay(in: box.lines.count - pageRows)
      panes[panes.count - 1] = .notice(notice)
    case nil: drawTable(into: &canvas)
    }
    if panes.isEmpty || message != nil { drawLastLine(into: &canvas) }
  }

  private mutating func drawTable(into canvas: inout Canvas) {
    let (width, height) = (canvas.width, canvas.height)
    let model = model
    layout =
      state.columns.map {
        ColumnLayout(
          width: width,
          choices: $0,
          sort: view.sort.column,
          of: view.kind,
          skipping: state.skipped,
          averages: model.table.halfLife > 0
        )
      }
      ?? ColumnLayout(
        width: width,
        sort: view.sort.column,
        of: view.kind,
        averages: model.table.halfLife > 0
      )
    state.skipped = layout.hiddenLeft

    let titleLines = height >= 3 ? 1 : 0
    let bottom = prompt.map { PromptView(prompt: $0, message: nil).lines(height: height) } ?? 1
    let room = height - titleLines - bottom
    let headerLimit = height >= 5 ? room / 2 : 0
    let header = HeaderView(self)
    let headerLines = header.lines(limit: headerLimit, visible: 0..<0, width: width).count
    let rows = room - headerLines
    pageRows = max(1, rows)
    state.selection.scroll(pageRows, count: model.count)

    let top = selection.top
    let visible = top..<max(top, min(model.count, top + rows))
    addresses = model.addresses(at: visible)
    let lines = header.lines(limit: headerLimit, visible: visible, width: width)
    for (y, line) in lines.enumerated() { line.draw(into: &canvas, y: y) }
    if !lines.isEmpty { tabs = header.tabs(width: width) }
    let table = TableView(model, layout, selection, presentation, names)
    if titleLines > 0 { table.drawTitles(into: &canvas, y: headerLines) }
    let first = headerLines + titleLines
    tableLines = first..<first + rows
    table.drawRows(into: &canvas, y: first, count: rows, highlights: highlights)
  }

  private mutating func drawLastLine(into canvas: inout Canvas) {
    if let prompt {
      cursor = PromptView(prompt: prompt, message: message?.text).draw(into: &canvas)
    } else if let message {
      let style: Style = message.isProblem ? .alarm : .strong
      canvas.write(message.text, x: 0, y: canvas.height - 1, width: canvas.width, style: style)
      keyPlaces = []
    } else {
      keyPlaces = KeyLine(keys).draw(into: &canvas, y: canvas.height - 1)
    }
  }
}
