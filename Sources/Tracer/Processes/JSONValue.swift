/// A JSON text (RFC 8259) as it is found in the files of container runtimes. Numbers are of no
/// interest there. Foundation's decoder would be most of the tracer's size for these few files.
enum JSONValue: Hashable, Sendable {
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])
  /// A number, `true`, `false` or `null`.
  case other

  /// `nil` for what is no JSON.
  init?(_ bytes: [UInt8]) {
    var reader = JSONReader(bytes)
    guard let value = reader.value(depth: 0), reader.isAtEnd else { return nil }
    self = value
  }

  subscript(name: String) -> JSONValue? {
    if case .object(let members) = self { members[name] } else { nil }
  }

  var text: String? {
    if case .text(let text) = self { text } else { nil }
  }

  /// Of a list; none of anything else.
  var elements: [JSONValue] {
    if case .list(let elements) = self { elements } else { [] }
  }
}

private struct JSONReader {
  private let bytes: [UInt8]
  private var position = 0

  /// Files nest a few levels; the stack is not theirs to fill.
  private static let deepest = 64

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  var isAtEnd: Bool {
    mutating get {
      skipBlanks()
      return position == bytes.count
    }
  }

  private mutating func skipBlanks() {
    while position < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[position]) {
      position += 1
    }
  }

  /// Whether this byte comes next, which it then passes.
  private mutating func take(_ byte: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard position < bytes.count, bytes[position] == UInt8(ascii: byte) else { return false }
    position += 1
    return true
  }

  mutating func value(depth: Int) -> JSONValue? {
    guard depth < Self.deepest else { return nil }
    if take("{") { return object(depth) }
    if take("[") { return list(depth) }
    if take("\"") { return string().map(JSONValue.text) }
    let start = position
    while position < bytes.count, isOfWord(bytes[position]) { position += 1 }
    return position > start ? .other : nil
  }

  private func isOfWord(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte)
      || [0x2b, 0x2d, 0x2e, 0x45]
        .contains(byte)
  }

  private mutating func object(_ depth: Int) -> JSONValue? {
    var members: [String: JSONValue] = [:]
    if take("}") { return .object(members) }
    repeat {
      guard take("\""), let name = string(), take(":"), let value = value(depth: depth + 1) else {
        return nil
      }
      members[name] = value
    } while take(",")
    return take("}") ? .object(members) : nil
  }

  private mutating func list(_ depth: Int) -> JSONValue? {
    var elements: [JSONValue] = []
    if take("]") { return .list(elements) }
    repeat {
      guard let value = value(depth: depth + 1) else { return nil }
      elements.append(value)
    } while take(",")
    return take("]") ? .list(elements) : nil
  }

  /// What follows an opening quote, to the closing one.
  private mutating func string() -> String? {
    var text: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard let escaped = escaped() else { return nil }
        text += escaped
      case 0..<0x20: return nil
      default: text.append(byte)
      }
    }
    return nil
  }

  private static let escapes: [UInt8: UInt8] = [
    UInt8(ascii: "\""): 0x22, UInt8(ascii: "\\"): 0x5c, UInt8(ascii: "/"): 0x2f,
    UInt8(ascii: "b"): 0x08, UInt8(ascii: "f"): 0x0c, UInt8(ascii: "n"): 0x0a,
    UInt8(ascii: "r"): 0x0d, UInt8(ascii: "t"): 0x09,
  ]

  /// What follows a backslash.
  private mutating func escaped() -> [UInt8]? {
    guard position < bytes.count else { return nil }
    let byte = bytes[position]
    position += 1
    guard byte == UInt8(ascii: "u") else { return Self.escapes[byte].map { [$0] } }
    guard let first = unit() else { return nil }
    var units = [first]
    if UTF16.isLeadSurrogate(first), bytes[position...].starts(with: [0x5c, 0x75]) {
      position += 2
      guard let second = unit() else { return nil }
      units.append(second)
    }
    return Array(String(decoding: units, as: UTF16.self).utf8)
  }

  private mutating func unit() -> UInt16? {
    guard position + 4 <= bytes.count else { return nil }
    defer { position += 4 }
    return UInt16(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
  }
}
