/// A value of a JSON field.
enum FieldValue: Hashable, Sendable {
  case null
  case boolean(Bool)
  case integer(UInt64)
  /// Three decimals are enough.
  case real(Double)
  /// A word of nettop's own, which needs no escaping.
  case word(String)
  /// Text from anywhere.
  case text(String)
  case list([FieldValue])
  case object([Member])

  /// A named value of an object. The name is nettop's or the kernel's.
  struct Member: Hashable, Sendable {
    let name: String
    let value: FieldValue
  }

  init(_ number: (some BinaryInteger)?) {
    self = number.map { .integer(UInt64(clamping: $0)) } ?? .null
  }

  init(real number: Double?) {
    self = number.map { .real($0) } ?? .null
  }

  init(word: String?) {
    self = word.map { .word($0) } ?? .null
  }

  init(text: String?) {
    self = text.map { .text($0) } ?? .null
  }
}

extension FieldValue {
  /// The number that it is, `nil` for anything else.
  var number: Double? {
    switch self {
    case .integer(let number): Double(number)
    case .real(let number): number
    case .null, .boolean, .word, .text, .list, .object: nil
    }
  }
}
