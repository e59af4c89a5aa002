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
      if !handleInPrompt(key), let command { moveSelection(command) }
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
    case .filterByText: ask(.filter)
    case .filterByPID: ask(.pid)
    case .filterByNamespace: ask(.namespace)
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

  private mutating func clear() {
    if model.filter.isEmpty { return selection.clear() }
    update { $0.filter = Filter() }
  }
}
