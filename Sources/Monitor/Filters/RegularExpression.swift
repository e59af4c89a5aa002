/// An extended regular expression, to be found in texts whatever their case.
///
/// All ways through it are followed at once, so a text takes time by its length and the size of the
/// expression at most. The expressions of the C library and of Swift take exponential time for some.
struct RegularExpression: Sendable {
  /// As it is written.
  let text: String
  private let program: [RegularExpressionProgram.Step]

  init(_ text: String) throws(RegularExpressionError) {
    self.text = text
    var parser = RegularExpressionParser(text)
    program = try RegularExpressionProgram.steps(of: try parser.parse())
  }

  func isFound(in other: String) -> Bool {
    let scalars = other.unicodeScalars.map(\.folded)
    var current = Threads(count: program.count)
    var next = Threads(count: program.count)
    for position in 0...scalars.count {
      let isEnd = position == scalars.count
      current.add(0, program, isStart: position == 0, isEnd: isEnd)
      if current.isMatched { return true }
      if isEnd { return false }
      next.removeAll()
      for index in current.steps where program[index].takes(scalars[position]) {
        next.add(index + 1, program, isStart: false, isEnd: position + 1 == scalars.count)
      }
      swap(&current, &next)
    }
    return false
  }

  /// The steps that the next character is tried with, each once.
  private struct Threads {
    private(set) var steps: [Int] = []
    private(set) var isMatched = false
    private var isKnown: [Bool]
    private var known: [Int] = []
    private var pending: [Int] = []

    init(count: Int) {
      isKnown = Array(repeating: false, count: count)
    }

    mutating func removeAll() {
      for index in known { isKnown[index] = false }
      known.removeAll(keepingCapacity: true)
      steps.removeAll(keepingCapacity: true)
    }

    /// Adds a step, or those that it leads to without a character.
    mutating func add(
      _ index: Int,
      _ program: [RegularExpressionProgram.Step],
      isStart: Bool,
      isEnd: Bool
    ) {
      pending.append(index)
      while let index = pending.popLast() {
        if isKnown[index] { continue }
        isKnown[index] = true
        known.append(index)
        switch program[index] {
        case .take, .takeAny, .takeOne: steps.append(index)
        case .either(let first, let second):
          pending.append(second)
          pending.append(first)
        case .go(let target): pending.append(target)
        case .start: if isStart { pending.append(index + 1) }
        case .end: if isEnd { pending.append(index + 1) }
        case .match: isMatched = true
        }
      }
    }
  }
}

extension RegularExpression: Hashable {
  static func == (lhs: RegularExpression, rhs: RegularExpression) -> Bool { lhs.text == rhs.text }

  func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

/// Why a text is no regular expression: a sentence for people.
struct RegularExpressionError: Error {
  let message: String

  init(_ message: String) {
    self.message = message
  }
}

extension Unicode.Scalar {
  /// In lower case, where that is one scalar too.
  var folded: Unicode.Scalar {
    if isASCII {
      return (0x41...0x5a).contains(value) ? Unicode.Scalar(UInt8(value) | 0x20) : self
    }
    let mapping = properties.lowercaseMapping.unicodeScalars
    return mapping.count == 1 ? mapping.first ?? self : self
  }
}
