/// A regular expression as steps, one after the other unless a step says otherwise.
enum RegularExpressionProgram {
  enum Step: Sendable {
    case take(CharacterClass)
    case takeOne(Unicode.Scalar)
    case takeAny
    /// Goes on at both places.
    case either(Int, Int)
    case go(Int)
    /// Goes on at the start of the text only.
    case start
    /// Goes on at the end of the text only.
    case end
    case match

    /// Whether it takes a character, which is in lower case.
    func takes(_ scalar: Unicode.Scalar) -> Bool {
      switch self {
      case .take(let characters): characters.contains(scalar)
      case .takeOne(let one): one == scalar
      case .takeAny: true
      default: false
      }
    }
  }

  /// How many steps there may be, with repetitions written out.
  private static let limit = 500

  static func steps(of node: RegularExpressionNode) throws(RegularExpressionError) -> [Step] {
    var writer = Writer()
    try writer.write(node)
    return writer.steps + [.match]
  }

  private struct Writer {
    private(set) var steps: [Step] = []
    /// How many nodes were written: those that leave no step count too.
    private var count = 0

    mutating func write(_ node: RegularExpressionNode) throws(RegularExpressionError) {
      count += 1
      if steps.count > limit || count > 4 * limit {
        throw RegularExpressionError(
          "This regular expression is too long once its repetitions are expanded: shorten it."
        )
      }
      switch node {
      case .step(let step): steps.append(step)
      case .sequence(let nodes): for node in nodes { try write(node) }
      case .alternatives(let nodes): try writeAlternatives(nodes)
      case .repetition(let node, let least, let most):
        for _ in 0..<least { try write(node) }
        try writeRest(of: node, most.map { max(0, $0 - least) })
      }
    }

    private mutating func writeAlternatives(
      _ nodes: [RegularExpressionNode]
    ) throws(RegularExpressionError) {
      var ends: [Int] = []
      for node in nodes.dropLast() {
        let fork = steps.count
        steps.append(.match)
        try write(node)
        ends.append(steps.count)
        steps.append(.match)
        steps[fork] = .either(fork + 1, steps.count)
      }
      if let last = nodes.last { try write(last) }
      for end in ends { steps[end] = .go(steps.count) }
    }

    /// What may follow as often as there are repetitions left; `nil` for any number.
    private mutating func writeRest(
      of node: RegularExpressionNode,
      _ left: Int?
    ) throws(RegularExpressionError) {
      var forks: [Int] = []
      for _ in 0..<(left ?? 1) {
        forks.append(steps.count)
        steps.append(.match)
        try write(node)
      }
      if left == nil { steps.append(.go(forks[0])) }
      for fork in forks { steps[fork] = .either(fork + 1, steps.count) }
    }
  }
}

/// The characters of a list such as `[a-z_]`, whatever their case.
struct CharacterClass: Sendable {
  /// The classes with names, `[:digit:]`.
  enum Name: String, CaseIterable, Sendable {
    case alpha, digit, alnum, upper, lower, space, blank, punct, xdigit, word

    func contains(_ scalar: Unicode.Scalar) -> Bool {
      let properties = scalar.properties
      return switch self {
      case .alpha, .upper, .lower: properties.isAlphabetic
      case .digit: (0x30...0x39).contains(scalar.value)
      case .alnum: properties.isAlphabetic || Name.digit.contains(scalar)
      case .word: properties.isAlphabetic || Name.digit.contains(scalar) || scalar == "_"
      case .space: properties.isWhitespace
      case .blank: scalar == " " || scalar == "\t"
      case .xdigit: scalar.isASCII && properties.isHexDigit
      case .punct:
        (0x21...0x7e).contains(scalar.value) && !Name.alnum.contains(scalar)
      }
    }
  }

  var ranges: [ClosedRange<Unicode.Scalar>] = []
  var names: [Name] = []
  var isNegated = false

  /// Whether a character, which is in lower case, is of the list in either case.
  func contains(_ scalar: Unicode.Scalar) -> Bool {
    let upper = scalar.properties.uppercaseMapping.unicodeScalars
    let isMember =
      ranges.contains { range in
        range.contains(scalar) || (upper.count == 1 && upper.contains { range.contains($0) })
      } || names.contains { $0.contains(scalar) }
    return isMember != isNegated
  }
}
