import Connections
import Monitor
package import Terminal

extension ScreenState {
  /// Where a key pressed now goes.
  var context: Context { panes.last?.context ?? .table }

  /// Performs the command of a key.
  ///
  /// - Returns: what the program has to do; `nil`: it only draws.
  package mutating func handle(_ key: Key) -> Action? {
    message = nil
    let command = keys.command(for: key, in: context, isPast: hasKeysOfPast)
    // With Ctrl they are not text, so they work wherever text is typed.
    if prompt != nil || isSearching {
      guard case .control = key, let command, Self.isOfProgram(command) else {
        let before = delay
        if prompt == nil {
          search(key)
        } else if !handleInPrompt(key), let command, Self.isMovement(command) {
          moveSelection(command)
        }
        if delay != before { return .setDelay(delay) }
        return requested.take()
      }
    }
    guard let command else { return nil }
    return perform(command)
  }

  private static func isOfProgram(_ command: Command) -> Bool {
    [.quit, .suspend, .redraw].contains(command)
  }

  private static func isMovement(_ command: Command) -> Bool {
    [.up, .down, .pageUp, .pageDown, .first, .last].contains(command)
  }

  mutating func perform(_ command: Command) -> Action? {
    switch command {
    case .redraw: return .redraw
    case .suspend: return .suspend
    case .quit: return .quit
    case .mouse:
      isMouseCaptured.toggle()
      tell(isMouseCaptured ? "Mouse captured" : "Mouse released to the terminal")
      return .captureMouse(isMouseCaptured)
    case .save: return mayAct() ? .save : nil
    case .help where context != .help:
      panes.append(.help(HelpPane(hasKeysOfPast ? .past : context)))
      return nil
    default: break
    }
    if let action = performInPast(command) { return .past(action) }
    if changeLooks(command) { return nil }
    switch command {
    case .signal:
      askForSignal()
      return nil
    case .closeConnection:
      askToClose()
      return nil
    case .otherEnd:
      jumpToOtherEnd()
      return nil
    case .theme:
      chooseTheme()
      return nil
    case .copy: return copyCommand(0)
    case .copyPackets: return copyCommand(1)
    default: break
    }
    switch panes.last {
    case .details(let pane): return performInDetails(command, pane)
    case .help(let pane): performInHelp(command, pane)
    case .columns(let chooser): performInChooser(command, chooser)
    case .menu(let menu): return performInMenu(command, menu)
    case .notice(var notice):
      if command == .back || command == .open {
        panes.removeLast()
      } else {
        notice.move(command, page: layout.pageRows)
        panes[panes.count - 1] = .notice(notice)
      }
    case .alerts(let pane): performInAlerts(command, pane)
    case nil: return performInTable(command)
    }
    return nil
  }

  private mutating func performInHelp(_ command: Command, _ pane: HelpPane) {
    var pane = pane
    switch command {
    case .back where !pane.search.isEmpty: pane.search.clear()
    case .back, .help:
      panes.removeLast()
      return
    case .search: pane.search.begin()
    default:
      let lines = HelpView.lines(pane, keys, width: layout.width)
      pane.move(command, page: layout.pageRows, count: lines.count)
    }
    panes[panes.count - 1] = .help(pane)
  }

  /// Whether keys are text to search for in a pane.
  var isSearching: Bool {
    switch panes.last {
    case .help(let pane): pane.search.isTyping
    case .details(let pane): pane.search.isTyping
    default: false
    }
  }

  /// Types into the search of a pane.
  private mutating func search(_ key: Key) {
    switch panes.last {
    case .help(var pane):
      pane.search.handle(key)
      pane.goToTop()
      panes[panes.count - 1] = .help(pane)
    case .details(var pane):
      pane.search.handle(key)
      pane.top = 0
      panes[panes.count - 1] = .details(pane)
    default: break
    }
  }

  private mutating func performInChooser(_ command: Command, _ chooser: ColumnChooser) {
    if command == .back {
      panes.removeLast()
      return
    }
    var chooser = chooser
    chooser.perform(command, page: layout.pageRows)
    panes[panes.count - 1] = .columns(chooser)
    if chooser.choices != current.columns {
      updateCurrent {
        $0.columns = chooser.choices
        $0.skipped = 0
      }
    }
  }

  private mutating func performInMenu(_ command: Command, _ menu: Menu) -> Action? {
    switch command {
    case .back:
      panes.removeLast()
      return obey(menu.cancelled)
    case .open:
      panes.removeLast()
      return obey(menu.chosen?.action)
    default:
      var menu = menu
      menu.move(command, page: layout.pageRows)
      return show(menu)
    }
  }

  /// Puts a menu with another choice in the place of the one on top.
  mutating func show(_ menu: Menu) -> Action? {
    panes[panes.count - 1] = .menu(menu)
    return obey(menu.chosen?.preview)
  }

  /// Performs the part of an action that concerns the screen itself, and returns what remains.
  private mutating func obey(_ action: Action?) -> Action? {
    switch action {
    case .signal, .close:
      // The menu can be older than what is shown.
      if !mayActNow() { return nil }
    case .setTheme(let name): theme = name
    case .filter(let filter):
      for text in [view.filter.text, filter.text] { promptHistory.add(text) }
      update { $0.filter = filter }
      return nil
    default: break
    }
    return action
  }

  private mutating func performInTable(_ command: Command) -> Action? {
    switch command {
    case .up, .down, .pageUp, .pageDown, .first, .last: moveSelection(command)
    case .nextView: go(by: 1)
    case .previousView: go(by: -1)
    case .connections: go(to: .connections)
    case .processes: go(to: .processes)
    case .hosts: go(to: .hosts)
    case .namespaces: go(to: .namespaces)
    case .listeners: go(to: .listeners)
    case .closed: go(to: .closed)
    case .tree: toggleTree()
    case .unfold: fold(false)
    case .fold: fold(true)
    case .foldAll: foldAll()
    case .open: open()
    case .back: back()
    case .left: layout.columns.overflows ? scroll(-1) : sortByNeighbour(-1)
    case .right: layout.columns.overflows ? scroll(1) : sortByNeighbour(1)
    case .sortLeft: sortByNeighbour(-1)
    case .sortRight: sortByNeighbour(1)
    case .invert: sort(by: view.sort.reversed)
    case .sortByRate: sort(by: view.sort.choosing(.rate))
    case .sortByBytes: sort(by: view.sort.choosing(.bytes))
    case .sortByRTT: sort(by: view.sort.choosing(.rtt))
    case .sortByRetransmits: sort(by: view.sort.choosing(.retransmits))
    case .freeze: update { $0.isFrozen.toggle() }
    case .follow: toggleFollowing()
    case .filter: ask(.filter)
    case .filterByRow: askForCondition()
    case .filterByPID: ask(.pid)
    case .filterByNamespace: ask(.namespace)
    case .filterByUser: ask(.user)
    case .highlight: ask(.highlight)
    case .alerts: showAlerts()
    case .delay where timeline?.isOfRecording == true:
      tell("A recording has its own intervals: change the speed instead")
    case .delay: ask(.delay)
    case .tag: tagSelected()
    case .untagAll: untagAll()
    case .resetTotals: resetTotals()
    case .columns:
      panes.append(
        .columns(ColumnChooser(view.kind, choices: current.columns, layout: layout.columns))
      )
    default: break
    }
    return nil
  }

  private mutating func performInDetails(_ command: Command, _ pane: DetailsPane) -> Action? {
    switch command {
    case .back where !pane.search.isEmpty: updateDetails { $0.search.clear() }
    case .back, .open: panes.removeLast()
    case .search: updateDetails { $0.search.begin() }
    default:
      let page = max(1, layout.pageRows)
      updateDetails { $0.move(command, page: page) }
    }
    return nil
  }
}
