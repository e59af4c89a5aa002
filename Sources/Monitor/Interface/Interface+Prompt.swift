import Terminal
import Tracer

extension Interface {
  /// Asks for what is shown. A prompt that proposes something applies it at once.
  mutating func ask(_ kind: Prompt.Kind) {
    let suggestion =
      switch kind {
      // With room for one more condition.
      case .filter: model.filter.isEmpty ? "" : "\(model.filter.text) "
      case .pid: suggestedPID
      case .namespace: suggestedNamespace
      }
    prompt = Prompt(
      kind,
      suggesting: suggestion,
      history: promptHistory,
      previous: (model.filter, selection)
    )
    applyPrompt()
  }

  /// Does what a key does to the open prompt.
  ///
  /// - Returns: whether the prompt has a use for the key.
  mutating func handleInPrompt(_ key: Key) -> Bool {
    guard var prompt else { return false }
    let outcome = prompt.handle(key)
    if outcome == .completes {
      let cursor = prompt.line.scalarsBeforeCursor
      let proposal = FilterCompletion(prompt.text, cursor: cursor, model.table)
      if proposal.candidates.isEmpty { message = "no field or known value begins like this" }
      prompt.complete(proposal)
    }
    self.prompt = prompt
    switch outcome {
    case .edited, .completes: applyPrompt()
    case .moved: break
    case .accepted: accept(prompt)
    case .refused(let reason): message = reason
    case .unused: return false
    case .cancelled:
      self.prompt = nil
      update { $0.filter = prompt.previous.filter }
      selection = prompt.previous.selection
      selection.follow(model)
    }
    return true
  }

  /// Ends the prompt, unless its text is no filter: that says why and stays.
  private mutating func accept(_ prompt: Prompt) {
    if prompt.error != nil { return }
    if prompt.kind == .filter { promptHistory.add(prompt.trimmedText) }
    self.prompt = nil
  }

  /// Shows what the text of the prompt asks for; where it is no filter, the one before stays.
  private mutating func applyPrompt() {
    let table = model.table
    let filter = prompt?.filter { text in
      table.namespaces.values.contains { $0.name == text || "\($0.inode)" == text }
    }
    if let filter { update { $0.filter = filter } }
  }

  private var selected: Row? {
    selection.id == nil ? nil : model.row(at: selection.position)
  }

  private var suggestedPID: String {
    let owner = selected.flatMap { model.table.owners[$0.owner] }
    return (owner?.process.id.pid).map { "\($0)" } ?? model.filter.value(of: .pid) ?? ""
  }

  private var suggestedNamespace: String {
    if let selected { return model.table.namespaceText(selected.netns) }
    let pattern = model.filter.value(of: .namespace) ?? ""
    return pattern.hasSuffix("*") ? String(pattern.dropLast()) : pattern
  }
}
