package import Terminal
import Tracer

extension Interface {
  /// Does what a key asks for.
  ///
  /// - Returns: what the program around the interface has to do, `nil` for nothing but to draw.
  package mutating func handle(_ key: Key) -> Action? {
    message = nil
    let command = Binding.command(for: key)
    switch (key, command) {
    case (.control, .quit): return .quit
    case (.control, .suspend): return .suspend
    case (.control, .redraw): return .redraw
    default: break
    }
    if helpTop != nil {
      handleInHelp(command)
    } else if prompt != nil {
      handleInPrompt(key, command)
    } else if let command {
      return perform(command)
    }
    return nil
  }

  private mutating func handleInHelp(_ command: Command?) {
    guard let top = helpTop else { return }
    let page = max(1, pageRows)
    switch command {
    case .up: helpTop = max(0, top - 1)
    case .down: helpTop = top + 1
    case .pageUp: helpTop = max(0, top - page)
    case .pageDown: helpTop = top + page
    case .first: helpTop = 0
    case .last: helpTop = HelpView.lines.count
    default: helpTop = nil
    }
  }

  private mutating func handleInPrompt(_ key: Key, _ command: Command?) {
    guard var prompt else { return }
    let outcome = prompt.handle(key)
    self.prompt = prompt
    switch outcome {
    case .edited: update { $0.filter = prompt.applied(to: $0.filter) }
    case .accepted: self.prompt = nil
    case .refused(let reason): message = reason
    case .unused: if let command { moveSelection(command) }
    case .cancelled:
      self.prompt = nil
      update { $0.filter = prompt.previous.filter }
      selection = prompt.previous.selection
      selection.follow(model)
    }
  }

  private mutating func perform(_ command: Command) -> Action? {
    switch command {
    case .up, .down, .pageUp, .pageDown, .first, .last: moveSelection(command)
    case .sortLeft: sortByNeighbour(-1)
    case .sortRight: sortByNeighbour(1)
    case .invert: update { $0.sort = $0.sort.reversed }
    case .sortByRate: update { $0.sort = $0.sort.choosing(.rate) }
    case .sortByBytes: update { $0.sort = $0.sort.choosing(.bytes) }
    case .sortByRTT: update { $0.sort = $0.sort.choosing(.rtt) }
    case .sortByRetransmits: update { $0.sort = $0.sort.choosing(.retransmits) }
    case .filterByText: ask(.text, suggesting: model.filter.text)
    case .filterByPID: ask(.pid, suggesting: suggestedPID)
    case .filterByNamespace: ask(.namespace, suggesting: suggestedNamespace)
    case .clear: clear()
    case .pause: togglePause()
    case .help: helpTop = 0
    case .redraw: return .redraw
    case .suspend: return .suspend
    case .quit: return .quit
    }
    return nil
  }

  private mutating func moveSelection(_ command: Command) {
    switch command {
    case .up: selection.move(by: -1, in: model)
    case .down: selection.move(by: 1, in: model)
    case .pageUp: selection.move(by: -max(1, pageRows), in: model)
    case .pageDown: selection.move(by: max(1, pageRows), in: model)
    case .first: selection.select(0, of: model)
    case .last: selection.select(model.count - 1, of: model)
    default: break
    }
  }

  /// Orders by the next column of the screen that an order can go by.
  private mutating func sortByNeighbour(_ step: Int) {
    let sortable = columns.filter { !Column.with($0).name.isEmpty }
    guard !sortable.isEmpty else { return }
    let sort = model.sort.column
    let seen =
      sortable.contains(sort) ? sort : Column.with(sort).parts.first { sortable.contains($0) }
    let index = seen.flatMap { sortable.firstIndex(of: $0) } ?? 0
    let next = sortable[(index + step + sortable.count) % sortable.count]
    update { $0.sort = SortOrder(next) }
  }

  private mutating func ask(_ kind: Prompt.Kind, suggesting text: String) {
    let prompt = Prompt(kind, suggesting: text, previous: (model.filter, selection))
    self.prompt = prompt
    update { $0.filter = prompt.applied(to: $0.filter) }
  }

  private mutating func clear() {
    if model.filter.isEmpty { return selection.clear() }
    update { $0.filter = Filter() }
  }

  private var selected: Row? {
    selection.id == nil ? nil : model.row(at: selection.position)
  }

  private var suggestedPID: String {
    let owner = selected.flatMap { model.table.owners[$0.owner] }
    return (owner?.process.id.pid ?? model.filter.pid).map { "\($0)" } ?? ""
  }

  private var suggestedNamespace: String {
    selected.map { model.table.namespaceText($0.netns) } ?? model.filter.namespace?.text ?? ""
  }
}
