import Connections
import Monitor
import Screens
import Terminal

/// What keys ask of the world around the state.
extension ScreenSession {
  func perform(_ action: Action) {
    switch action {
    case .quit, .filter: break
    case .setTheme(let name): setTheme(name)
    case .suspend: screen.suspend()
    case .redraw: screen.redraw()
    case .captureMouse(let isCaptured): screen.isMouseCaptured = isCaptured
    case .copy(let text): copy(text)
    case .save: save()
    case .setDelay(let seconds): batches?.setInterval(.seconds(seconds))
    case .past(let action): player?.perform(action)
    case .signal(let signal, let processes): send(signal, to: processes)
    case .close(let connections): close(connections)
    }
  }

  private func setTheme(_ name: String) {
    let (theme, problems) = setup.theme(named: name)
    chosenTheme = theme
    screen.theme = theme ?? .suited(to: background, depth: screen.colorDepth)
    if let problem = problems.first { state.tell(problem, isProblem: true) }
  }

  private func copy(_ text: String) {
    if !screen.copy(text) { state.tell("Too long for the clipboard", isProblem: true) }
  }

  private func save() {
    guard let file = setup.file else {
      return state.tell(
        "Nowhere to save settings: neither HOME nor XDG_CONFIG_HOME is set; try --config FILE",
        isProblem: true
      )
    }
    do throws(Failure) {
      try file.save(state.settings)
      state.tell("Saved in \(file.path)")
    } catch {
      tell(error.problem, advice: error.advice)
    }
  }

  private func send(_ signal: ProcessSignal, to processes: [Process.ID]) {
    guard let actor else { return state.tell(.nothingToActOn) }
    var reached = 0
    var refusal: ActionError?
    for process in processes {
      do throws(ActionError) {
        try actor.send(signal, to: process)
        reached += 1
      } catch {
        refusal = error
      }
    }
    if let refusal {
      let count =
        processes.count > 1
        ? "Sent SIG\(signal.name) to \(reached) of \(processes.count) processes; " : ""
      tell(count + refusal.problem, advice: refusal.advice)
    } else {
      let whom =
        processes.count == 1 ? "process \(processes[0].pid)" : "\(reached) processes"
      state.tell("Sent SIG\(signal.name) to \(whom)")
    }
  }

  private func close(_ connections: [Connection]) {
    guard let actor else { return state.tell(.nothingToActOn) }
    Task {
      var closed = 0
      var refusal: ActionError?
      for connection in connections {
        do throws(ActionError) {
          try await actor.destroy(connection)
          closed += 1
        } catch {
          refusal = error
        }
      }
      if let refusal {
        let count = connections.count > 1 ? "\(closed) of \(connections.count) closed; " : ""
        tell(count + refusal.problem, advice: refusal.advice)
      } else {
        state.tell(closed == 1 ? "Connection closed" : "\(closed) connections closed")
      }
      draw()
    }
  }

  private func tell(_ problem: String, advice: String?) {
    state.tell(advice.map { "\(problem): \($0)" } ?? problem, isProblem: true)
  }
}
