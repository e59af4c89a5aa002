package import Terminal

extension Interface {
  /// Draws the whole screen, and notes what the next key needs of it.
  ///
  /// The table has at least half of the screen; the header gives way, its least needed lines first.
  package mutating func draw(into canvas: inout Canvas) {
    cursor = nil
    let (width, height) = (canvas.width, canvas.height)
    guard width > 0, height > 0 else { return }
    if let top = helpTop {
      pageRows = max(1, height - 2)
      helpTop = HelpView.draw(into: &canvas, top: top)
      return
    }
    let model = model
    let layout = ColumnLayout(width: width, sort: model.sort.column)
    columns = layout.items.map(\.id)

    let titleLines = height >= 3 ? 1 : 0
    let bottom = prompt.map { PromptView(prompt: $0, message: message).lines(height: height) } ?? 1
    let room = height - titleLines - bottom
    let headerLimit = height >= 5 ? room / 2 : 0
    let header = HeaderView(self)
    let headerLines = header.lines(limit: headerLimit, visible: 0..<0).count
    let rows = room - headerLines
    pageRows = max(1, rows)
    selection.scroll(pageRows, count: model.count)

    let visible = selection.top..<max(selection.top, min(model.count, selection.top + rows))
    for (y, line) in header.lines(limit: headerLimit, visible: visible).enumerated() {
      line.draw(into: &canvas, y: y)
    }
    let table = TableView(model, layout, selection)
    if titleLines > 0 { table.drawTitles(into: &canvas, y: headerLines) }
    table.drawRows(into: &canvas, y: headerLines + titleLines, count: rows)
    drawLastLine(into: &canvas)
  }

  private mutating func drawLastLine(into canvas: inout Canvas) {
    if let prompt {
      cursor = PromptView(prompt: prompt, message: message).draw(into: &canvas)
    } else {
      LastLineView.drawKeys(into: &canvas, y: canvas.height - 1, message: message)
    }
  }
}
