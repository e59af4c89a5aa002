import Monitor

/// Texts that were accepted at a prompt, each once, the last one last.
struct PromptHistory: Hashable, Sendable {
  private static let limit = 100

  private(set) var texts: [String] = []

  mutating func add(_ text: String) {
    if text.allSatisfy(\.isWhitespace) { return }
    texts.removeAll { $0 == text }
    texts.append(text)
    texts.removeFirst(max(0, texts.count - Self.limit))
  }
}
