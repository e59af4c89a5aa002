/// A regular expression as a tree.
indirect enum RegularExpressionNode: Sendable {
  case step(RegularExpressionProgram.Step)
  case sequence([RegularExpressionNode])
  case alternatives([RegularExpressionNode])
  /// At least and at most so often; `nil` for any number.
  case repetition(RegularExpressionNode, Int, Int?)
}

/// Reads POSIX extended regular expressions, with `\w \s \d` and their negations in capitals.
struct RegularExpressionParser {
  /// How long an expression may be, in characters, so that no nesting exhausts the stack.
  private static let lengthLimit = 200
  /// How often a part may be repeated by a count.
  private static let countLimit = 255

  private let scalars: [Unicode.Scalar]
  private var position = 0

  init(_ text: String) {
    scalars = Array(text.unicodeScalars)
  }

  mutating func parse() throws(RegularExpressionError) -> RegularExpressionNode {
    if scalars.count > Self.lengthLimit {
      throw RegularExpressionError(
        "A regular expression has at most \(Self.lengthLimit) characters: shorten it."
      )
    }
    let node = try alternatives()
    if current != nil {
      throw RegularExpressionError("Unmatched ): write \\) to find it.")
    }
    return node
  }

  private var current: Unicode.Scalar? {
    position < scalars.count ? scalars[position] : nil
  }

  /// Takes the character, if it is the next.
  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard current == scalar else { return false }
    position += 1
    return true
  }

  private mutating func alternatives() throws(RegularExpressionError) -> RegularExpressionNode {
    var nodes = [try sequence()]
    while take("|") { nodes.append(try sequence()) }
    return nodes.count == 1 ? nodes[0] : .alternatives(nodes)
  }

  private mutating func sequence() throws(RegularExpressionError) -> RegularExpressionNode {
    var nodes: [RegularExpressionNode] = []
    while let scalar = current, scalar != "|", scalar != ")" {
      var node = try atom()
      while let (least, most) = try repetition() { node = .repetition(node, least, most) }
      nodes.append(node)
    }
    return .sequence(nodes)
  }

  private mutating func atom() throws(RegularExpressionError) -> RegularExpressionNode {
    guard let scalar = current else { return .sequence([]) }
    position += 1
    switch scalar {
    case "(":
      let node = try alternatives()
      if !take(")") {
        throw RegularExpressionError("A ( is not closed: add ), or write \\( to find it.")
      }
      return node
    case "[": return .step(.take(try list()))
    case ".": return .step(.takeAny)
    case "^": return .step(.start)
    case "$": return .step(.end)
    case "\\": return .step(try escape())
    case "*", "+", "?", "{":
      throw RegularExpressionError(
        "There is nothing for \(scalar) to repeat: write \\\(scalar) to find it."
      )
    default: return .step(.takeOne(scalar.folded))
    }
  }

  private mutating func escape() throws(RegularExpressionError) -> RegularExpressionProgram.Step {
    guard let scalar = current else {
      throw RegularExpressionError("A character is missing after \\: write \\\\ to find it.")
    }
    position += 1
    let names: [Unicode.Scalar: CharacterClass.Name] = ["w": .word, "s": .space, "d": .digit]
    if let name = names[scalar.folded] {
      return .take(CharacterClass(names: [name], isNegated: scalar != scalar.folded))
    }
    if scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
      throw RegularExpressionError("\\\(scalar) is not supported: leave out the backslash.")
    }
    return .takeOne(scalar)
  }

  /// How often the part before is repeated; `nil` if nothing says so.
  private mutating func repetition() throws(RegularExpressionError) -> (Int, Int?)? {
    if take("*") { return (0, nil) }
    if take("+") { return (1, nil) }
    if take("?") { return (0, 1) }
    guard take("{") else { return nil }
    let least = number()
    var most = least
    if take(",") { most = number() }
    let isOpen = most == nil
    guard take("}"), least != nil || !isOpen, (least ?? 0) <= (most ?? .max),
      max(least ?? 0, most ?? 0) <= Self.countLimit
    else {
      throw RegularExpressionError(
        "A count is {2}, {2,} or {2,5}, at most \(Self.countLimit): write \\{ to find a brace."
      )
    }
    return (least ?? 0, most)
  }

  private mutating func number() -> Int? {
    var number: Int?
    while let digit = current, (0x30...0x39).contains(digit.value) {
      number = min((number ?? 0) * 10 + Int(digit.value - 0x30), 1 << 20)
      position += 1
    }
    return number
  }

  private mutating func list() throws(RegularExpressionError) -> CharacterClass {
    var list = CharacterClass(isNegated: take("^"))
    var isFirst = true
    while let scalar = current {
      position += 1
      // As the first, a closing bracket is one of the characters.
      if scalar == "]", !isFirst { return list }
      isFirst = false
      if scalar == "[", take(":") {
        list.names.append(try name())
      } else if current == "-", position + 1 < scalars.count, scalars[position + 1] != "]" {
        let last = scalars[position + 1]
        position += 2
        guard scalar <= last else {
          throw RegularExpressionError("The range \(scalar)-\(last) goes backwards: swap its ends.")
        }
        list.ranges.append(scalar...last)
      } else {
        list.ranges.append(scalar...scalar)
      }
    }
    throw RegularExpressionError("A [ is not closed: add ], or write \\[ to find it.")
  }

  /// The name of a class, behind `[:`.
  private mutating func name() throws(RegularExpressionError) -> CharacterClass.Name {
    let start = position
    while let scalar = current, scalar != ":", scalar != "]" { position += 1 }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars[start..<position])
    guard take(":"), take("]"), let name = CharacterClass.Name(rawValue: String(text)) else {
      let names = CharacterClass.Name.allCases.map(\.rawValue).joined(separator: ", ")
      throw RegularExpressionError("[:\(text):] is not a character class. Classes are: \(names).")
    }
    return name
  }
}
