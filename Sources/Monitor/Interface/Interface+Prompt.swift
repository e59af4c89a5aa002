import Terminal
import Tracer

/// What is asked for on the last line.
extension Interface {
  mutating func ask(_ kind: Prompt.Kind, suggesting text: String) {
    let prompt = Prompt(kind, suggesting: text, previous: (view.filter, selection))
    self.prompt = prompt
    update { $0.filter = prompt.applied(to: $0.filter) }
  }

  /// Types a pasted text where text is being typed; elsewhere it means nothing.
  package mutating func paste(_ text: String) {
    guard prompt != nil || isSearchingHelp else {
      return tell("pasted text goes into a filter: press / first")
    }
    for character in text { _ = handle(.character(character)) }
  }

  mutating func handleInPrompt(_ key: Key, _ command: Command?) {
    guard var prompt else { return }
    let outcome = prompt.handle(key)
    self.prompt = prompt
    switch outcome {
    case .edited: update { $0.filter = prompt.applied(to: $0.filter) }
    case .accepted: self.prompt = nil
    case .refused(let reason): tell(reason, isProblem: true)
    case .unused: if let command { moveSelection(command) }
    case .cancelled:
      self.prompt = nil
      update { $0.filter = prompt.previous.filter }
      select { selection, model in
        selection = prompt.previous.selection
        selection.follow(model)
      }
    }
  }

  var suggestedPID: String {
    let owner = selected.flatMap { model.table.owners[$0.owner] }
    return (owner?.process.id.pid ?? view.filter.pid).map { "\($0)" } ?? ""
  }

  var suggestedNamespace: String {
    selected.map { model.table.namespaceText($0.netns) } ?? view.filter.namespace?.text ?? ""
  }
}
