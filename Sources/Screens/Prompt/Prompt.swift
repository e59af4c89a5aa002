import Monitor
import Terminal

/// A filter being typed at the bottom of the screen.
struct Prompt: Sendable {
  enum Kind: Hashable, Sendable {
    case pid, namespace, user, filter, highlight, delay
    /// To a moment of the past, or to where an expression begins to match.
    case jump(TimeDirection)

    var label: String {
      switch self {
      case .pid: "PID: "
      case .namespace: "Namespace: "
      case .user: "User: "
      case .filter: "Filter: "
      case .highlight: "Highlight: "
      case .delay: "Seconds between samples: "
      case .jump(.forward): "Jump ahead to: "
      case .jump(.backward): "Jump back to: "
      }
    }

    /// Whether it takes an expression.
    var isExpression: Bool { self == .filter || self == .highlight || isJump }

    var isJump: Bool {
      if case .jump = self { true } else { false }
    }

    /// Whether Tab proposes what there is.
    var completes: Bool { self != .delay }

    /// The field whose value it takes, `nil` if it takes none.
    var field: FilterField? {
      switch self {
      case .pid: .pid
      case .namespace: .namespace
      case .user: .user
      case .filter, .highlight, .delay, .jump: nil
      }
    }
  }

  enum Outcome: Hashable {
    case edited
    /// Nothing but the cursor or the line below it is another.
    case moved
    case accepted
    case cancelled
    /// The key has no place in this text, with the reason for people.
    case refused(String)
    /// Proposals for the text are requested.
    case completes
    /// The key is none of editing.
    case unused
  }

  let kind: Kind
  private(set) var line: LineEditor
  /// Whether the text is only proposed: the first character typed replaces it.
  private(set) var isSuggestion: Bool
  /// Why the text is no filter, and where.
  private(set) var error: FilterError?
  /// What Tab proposes, and which of it was put into the text.
  private(set) var completion: (proposal: FilterCompletion, chosen: Int?)?
  /// Why nothing can meet the text, for people.
  var warning: String?
  /// What Esc goes back to.
  let previous: Previous
  /// What an empty answer repeats; `nil` if it repeats nothing.
  let repeated: String?

  /// What a prompt changes while it is open.
  struct Previous {
    let filter: Filter
    let highlight: Filter
    let selection: Selection
  }

  /// What was accepted before, the last one last.
  private let history: [String]
  /// Which text of the history is shown, counted from the last; `nil` for the one being typed.
  private var recalled: Int?
  /// What was being typed before a text of the history was shown.
  private var draft = ""
  /// The part of the text that a candidate is put in place of.
  private var completed = 0..<0

  init(
    _ kind: Kind,
    suggesting text: String,
    history: PromptHistory = PromptHistory(),
    repeating repeated: String? = nil,
    previous: Previous
  ) {
    self.kind = kind
    self.repeated = repeated
    line = LineEditor(text)
    isSuggestion = !kind.isExpression && !text.isEmpty
    self.history = history.texts.filter { $0 != Self.trimmed(text) }
    self.previous = previous
  }

  var text: String { line.text }

  /// The text without blanks at its end.
  var trimmedText: String { Self.trimmed(text) }

  private static func trimmed(_ text: String) -> String {
    let end = text.lastIndex { !$0.isWhitespace }
    return end.map { String(text[...$0]) } ?? ""
  }

  mutating func handle(_ key: Key) -> Outcome {
    if key == .tab, kind.completes { return nextCandidate() ? .edited : .completes }
    completion = nil
    switch key {
    case .enter: return .accepted
    case .escape: return .cancelled
    case .up, .control("p"): return recall(1)
    case .down, .control("n"): return recall(-1)
    case .character(let character):
      if let reason = refusal(of: character) { return .refused(reason) }
    default: break
    }
    // What is proposed goes as a whole where something else is typed.
    if isSuggestion, case .character = key { line = LineEditor("") }
    guard let change = line.handle(key) else { return .unused }
    isSuggestion = false
    return change == .edited ? .edited : .moved
  }

  /// Types all of a text at once, or none of it.
  ///
  /// - Returns: why it has no place here, for people.
  mutating func paste(_ pasted: String) -> String? {
    var longer = self
    if isSuggestion { longer.line = LineEditor("") }
    longer.isSuggestion = false
    longer.completion = nil
    for character in pasted {
      if let reason = longer.refusal(of: character) { return reason }
      longer.line.insert([character])
    }
    self = longer
    return nil
  }

  /// The filter with what has been typed; `nil` if that is not a filter, which `error`
  /// explains, or not yet one.
  ///
  /// - Parameters:
  ///   - isWhole: whether nothing more is going to be typed.
  ///   - isNamespace: whether there is a namespace of this name or inode.
  mutating func filter(isWhole: Bool, isNamespace: (String) -> Bool) -> Filter? {
    do throws(FilterError) {
      error = nil
      switch kind {
      case .filter, .highlight:
        if !isWhole, let rest = textWithoutUnfinishedWord { return try? Filter(parsing: rest) }
        return try Filter(parsing: trimmedText)
      case .delay: return nil
      case .jump:
        if isWhole { _ = try Filter(parsing: trimmedText) }
        return nil
      case .user: return try previous.filter.setting(.user, to: text.isEmpty ? nil : text)
      case .pid: return try previous.filter.setting(.pid, to: text.isEmpty ? nil : text)
      case .namespace:
        if text.isEmpty { return try previous.filter.setting(.namespace, to: nil) }
        // The beginning of a name is enough, until it is whole.
        let pattern = WildcardPattern.escaped(text) + (isNamespace(text) ? "" : "*")
        return try previous.filter.setting(.namespace, to: pattern)
      }
    } catch {
      self.error = error
      return nil
    }
  }

  /// The text without the word at the cursor, if that may be the beginning of an expression.
  private var textWithoutUnfinishedWord: String? {
    let scalars = Array(text.unicodeScalars)
    let cursor = line.scalarsBeforeCursor
    let isAtEnd = cursor == scalars.count || scalars[cursor].properties.isWhitespace
    guard recalled == nil, isAtEnd else { return nil }
    var rest = String.UnicodeScalarView()
    rest.append(contentsOf: scalars[..<cursor])
    let place = FilterPlace(String(rest))
    guard place.isUnfinished else { return nil }
    rest = String.UnicodeScalarView()
    rest.append(contentsOf: scalars[..<place.start] + scalars[cursor...])
    return Self.trimmed(String(rest))
  }

  /// Puts the only candidate into the text, or what all of them begin with.
  mutating func complete(_ proposal: FilterCompletion) {
    completed = line.characters(of: proposal.range)
    let prefix = proposal.commonPrefix
    if prefix.count > completed.count || proposal.candidates.count == 1 { put(prefix) }
    if proposal.candidates.count > 1 { completion = (proposal, nil) }
  }

  /// Goes on to the next of several candidates, if there are.
  private mutating func nextCandidate() -> Bool {
    guard let (proposal, chosen) = completion else { return false }
    let next = chosen.map { ($0 + 1) % proposal.candidates.count } ?? 0
    put(proposal.candidates[next])
    completion = (proposal, next)
    return true
  }

  private mutating func put(_ candidate: String) {
    isSuggestion = false
    line.replace(completed, with: candidate)
    completed = completed.lowerBound..<completed.lowerBound + candidate.count
  }

  private mutating func recall(_ step: Int) -> Outcome {
    guard kind.isExpression else { return .unused }
    let next = (recalled ?? -1) + step
    guard (-1..<history.count).contains(next) else { return .moved }
    if recalled == nil { draft = text }
    recalled = next < 0 ? nil : next
    line = LineEditor(next < 0 ? draft : history[history.count - 1 - next])
    return .edited
  }

  private func refusal(of character: Character) -> String? {
    if kind == .pid {
      var longer = isSuggestion ? LineEditor("") : line
      longer.insert([character])
      if !longer.text.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) || Int32(longer.text) == nil {
        return "A PID is a number, at most \(Int32.max)"
      }
    }
    if kind == .delay, !character.isASCII || !(character.isNumber || character == ".") {
      return "The time is a number of seconds, such as 0.5"
    }
    return text.utf8.count + character.utf8.count > Filter.lengthLimit ? "Too long" : nil
  }
}
