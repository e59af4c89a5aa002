import Terminal

/// A filter being typed on the last line.
struct Prompt: Sendable {
  enum Kind: Sendable {
    case pid, namespace, text

    var label: String {
      switch self {
      case .pid: "PID: "
      case .namespace: "Namespace: "
      case .text: "Text: "
      }
    }
  }

  enum Outcome: Hashable {
    case edited
    case accepted
    case cancelled
    /// The key has no place in this text, with the reason for people.
    case refused(String)
    /// The key is none of editing.
    case unused
  }

  let kind: Kind
  private(set) var text: String
  /// Whether the text is only proposed: the first character typed replaces it.
  private(set) var isSuggestion: Bool
  /// What Esc goes back to.
  let previous: (filter: Filter, selection: Selection)

  init(_ kind: Kind, suggesting text: String, previous: (filter: Filter, selection: Selection)) {
    self.kind = kind
    self.text = text
    isSuggestion = kind != .text && !text.isEmpty
    self.previous = previous
  }

  mutating func handle(_ key: Key) -> Outcome {
    switch key {
    case .character(let character): return type(character)
    case .enter: return .accepted
    case .escape: return .cancelled
    case .control("u"): text = ""
    case .backspace, .control("h"): text = String(text.dropLast())
    default: return .unused
    }
    isSuggestion = false
    return .edited
  }

  /// The filter with what has been typed.
  func applied(to filter: Filter) -> Filter {
    var filter = filter
    switch kind {
    case .pid: filter.pid = Int32(text)
    case .namespace: filter.namespace = text.isEmpty ? nil : .beginning(text)
    case .text: filter.text = text
    }
    return filter
  }

  private mutating func type(_ character: Character) -> Outcome {
    let longer = isSuggestion ? String(character) : text + String(character)
    if kind == .pid, !longer.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) || Int32(longer) == nil {
      return .refused("a PID is a number, at most \(Int32.max)")
    }
    // Nothing of any host is longer, and a paste gone wrong is.
    if longer.utf8.count > 256 { return .refused("too long") }
    text = longer
    isSuggestion = false
    return .edited
  }
}
