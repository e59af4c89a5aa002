import Terminal
import Tracer

extension Interface {
  /// Asks for what is shown. A prompt that proposes something applies it at once.
  mutating func ask(_ kind: Prompt.Kind) {
    let suggestion =
      switch kind {
      // With room for one more condition.
      case .filter: view.filter.isEmpty ? "" : "\(view.filter.text) "
      case .highlight: highlight.text
      case .pid: suggestedPID
      case .namespace: suggestedNamespace
      case .user: suggestedUser
      case .delay: Decimals.shortest(delay)
      }
    prompt = Prompt(
      kind,
      suggesting: suggestion,
      history: promptHistory,
      previous: Prompt.Previous(
        filter: view.filter,
        highlight: highlight,
        selection: selection
      )
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
      if proposal.candidates.isEmpty {
        tell("no field or known value begins like this", isProblem: true)
      }
      prompt.complete(proposal)
    }
    self.prompt = prompt
    switch outcome {
    case .edited, .completes: applyPrompt()
    case .moved: break
    case .accepted: accept(prompt)
    case .refused(let reason): tell(reason, isProblem: true)
    case .unused: return false
    case .cancelled:
      self.prompt = nil
      highlight = prompt.previous.highlight
      guard view.filter != prompt.previous.filter else { break }
      update { $0.filter = prompt.previous.filter }
      select { selection, model in
        selection = prompt.previous.selection
        selection.follow(model)
      }
    }
    return true
  }

  /// Ends the prompt, unless its text is not what it asks for: that says why and stays.
  private mutating func accept(_ prompt: Prompt) {
    if prompt.error != nil { return }
    if prompt.kind == .delay, !changeDelay(prompt.trimmedText) { return }
    if prompt.kind.isExpression { promptHistory.add(prompt.trimmedText) }
    self.prompt = nil
  }

  private mutating func changeDelay(_ text: String) -> Bool {
    guard let seconds = Double(text), Settings.delays.contains(seconds) else {
      let (least, most) = (Settings.delays.lowerBound, Settings.delays.upperBound)
      let range = "\(Decimals.shortest(least)) to \(Decimals.shortest(most))"
      tell("takes seconds from \(range)", isProblem: true)
      return false
    }
    delay = seconds
    return true
  }

  /// Shows what the text of the prompt asks for; where it is no filter, the one before stays.
  private mutating func applyPrompt() {
    let table = model.table
    let filter = prompt?.filter { text in
      table.namespaces.values.contains { $0.name == text || "\($0.inode)" == text }
    }
    guard let filter else { return }
    if prompt?.kind == .highlight {
      highlight = filter
    } else {
      update { $0.filter = filter }
    }
  }

  private var suggestedPID: String {
    let owner = selected.flatMap { model.table.owners[$0.owner] }
    return (owner?.pid).map { "\($0)" } ?? view.filter.value(of: .pid) ?? ""
  }

  private var suggestedNamespace: String {
    if let selected { return model.table.namespaceText(selected.netns) }
    let pattern = view.filter.value(of: .namespace) ?? ""
    return pattern.hasSuffix("*") ? String(pattern.dropLast()) : pattern
  }

  private var suggestedUser: String {
    let owner = selected.flatMap { model.table.owners[$0.owner] }
    return owner?.process.userText ?? view.filter.value(of: .user) ?? ""
  }

  /// Types a pasted text where text is being typed; elsewhere it means nothing.
  package mutating func paste(_ text: String) {
    guard prompt != nil || isSearchingHelp else {
      return tell("pasted text goes into a filter: press / first")
    }
    guard var prompt else {
      for character in text.prefix(40) { _ = handle(.character(character)) }
      return
    }
    let refusal = prompt.paste(text)
    self.prompt = prompt
    if let refusal { tell(refusal, isProblem: true) } else { applyPrompt() }
  }
}
