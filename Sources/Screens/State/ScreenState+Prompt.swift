import Connections
import Monitor
import Terminal

extension ScreenState {
  /// Asks for what is shown. A prompt that proposes something applies it at once.
  mutating func ask(_ kind: Prompt.Kind) {
    let suggestion =
      switch kind {
      // With a blank for one more condition.
      case .filter: view.filter.isEmpty ? "" : "\(view.filter.text) "
      case .highlight: highlight.text
      case .pid: suggestedPID
      case .namespace: suggestedNamespace
      case .user: suggestedUser
      case .delay: Decimals.shortest(delay)
      case .jump: ""
      }
    prompt = Prompt(
      kind,
      suggesting: suggestion,
      history: promptHistory,
      repeating: kind.isJump && !lastJump.isEmpty ? lastJump : nil,
      previous: Prompt.Previous(
        filter: view.filter,
        highlight: highlight,
        selection: selection
      )
    )
    applyPrompt(isWhole: true)
  }

  /// Does what a key does to the open prompt.
  ///
  /// - Returns: whether the prompt has a use for the key.
  mutating func handleInPrompt(_ key: Key) -> Bool {
    guard var prompt else { return false }
    let outcome = prompt.handle(key)
    if outcome == .completes {
      let proposal = completion(of: prompt)
      if proposal.candidates.isEmpty { tell("No completion", isProblem: true) }
      prompt.complete(proposal)
    }
    self.prompt = prompt
    switch outcome {
    case .edited, .completes: applyPrompt()
    case .moved: break
    case .accepted: accept()
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

  /// Ends the prompt. If its text is not valid, the prompt says why and stays.
  private mutating func accept() {
    if let prompt, case .jump(let direction) = prompt.kind { return acceptJump(prompt, direction) }
    applyPrompt(isWhole: true)
    guard let prompt, prompt.error == nil else { return }
    if prompt.kind == .delay, !changeDelay(prompt.trimmedText) { return }
    self.prompt = nil
    // The replaced filter can be recalled.
    let previous = prompt.previous
    if prompt.kind == .highlight {
      if highlight != previous.highlight { promptHistory.add(previous.highlight.text) }
    } else if view.filter != previous.filter {
      promptHistory.add(previous.filter.text)
      if view.filter.isEmpty { return tellOfClearedFilter() }
    }
    if prompt.kind.isExpression { promptHistory.add(prompt.trimmedText) }
    if let warning = prompt.warning { tell(warning, isProblem: true) }
  }

  /// Says how to bring the cleared filter back.
  mutating func tellOfClearedFilter() {
    let key = keys.keys(of: .filter).first?.name
    tell("Filter cleared" + (key.map { ": \($0) then Up brings it back" } ?? ""))
  }

  private func completion(of prompt: Prompt) -> FilterCompletion {
    guard let field = prompt.kind.field else {
      let cursor = prompt.line.scalarsBeforeCursor
      return FilterCompletion(prompt.text, cursor: cursor, model.table)
    }
    return FilterCompletion(
      of: field,
      beginning: prompt.isSuggestion ? "" : prompt.text,
      replacing: prompt.text.unicodeScalars.count,
      model.table
    )
  }

  /// Why no row can have the value that was typed; `nil` if one can.
  private func warning(of prompt: Prompt) -> String? {
    let (text, table) = (prompt.text, model.table)
    if text.isEmpty { return nil }
    switch prompt.kind {
    case .pid:
      let isKnown = Int32(text).map { pid in
        table.pids[pid] != nil
      }
      return isKnown == true ? nil : "No process with PID \(text) has a connection or listener"
    case .namespace:
      let isKnown = table.namespaces.values.contains { namespace in
        "\(namespace.inode)" == text
          || namespace.name?.lowercased().hasPrefix(text.lowercased()) == true
      }
      return isKnown ? nil : "No network namespace begins with '\(text)'"
    case .user:
      let known = table.processTexts(\.userText)
      let isKnown = known.contains { $0.lowercased() == text.lowercased() }
      return isKnown ? nil : "No process of user '\(text)' has a connection or listener"
    case .filter, .highlight, .delay, .jump: return nil
    }
  }

  private mutating func changeDelay(_ text: String) -> Bool {
    guard let seconds = Double(text), Settings.delays.contains(seconds) else {
      let (least, most) = (Settings.delays.lowerBound, Settings.delays.upperBound)
      let range = "\(Decimals.shortest(least)) to \(Decimals.shortest(most))"
      tell("Enter seconds from \(range)", isProblem: true)
      return false
    }
    delay = seconds
    return true
  }

  /// Applies the text of the prompt; if it is not a filter, the previous one stays.
  ///
  /// - Parameter isWhole: whether nothing more is going to be typed.
  mutating func applyPrompt(isWhole: Bool = false) {
    let table = model.table
    let filter = prompt?.filter(isWhole: isWhole) { text in
      table.namespaces.values.contains { $0.name == text || "\($0.inode)" == text }
    }
    let warning = prompt.flatMap { self.warning(of: $0) }
    prompt?.warning = warning
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
    guard prompt != nil || isSearching else {
      return tell("To paste into a filter, press / first")
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
