/// Makes keys of the bytes that a terminal sends: no clock and no input of its own.
///
/// A sequence may come in parts. While one is begun, `waiting` says for what; when it has not been
/// completed in time, `expire()` gives it up. Sequences of no known key are passed over whole, so
/// that their letters are not taken for typed ones.
struct KeyDecoder {
  enum Waiting: Hashable {
    /// After an Escape that may be the key or begin a sequence.
    case escape
    /// Inside of a sequence or a character.
    case rest
  }

  private enum Step {
    case key(Key, length: Int)
    case pass(length: Int)
    case wait
  }

  private static let escape: UInt8 = 0x1B
  /// No key's sequence is as long; what is, is no sequence.
  private static let longest = 64

  private let keys: [[UInt8]: Key]
  private let beginnings: Set<[UInt8]>
  private var pending: [UInt8] = []

  /// - Parameter keys: what the terminal's description says of its keys; single bytes do not count.
  init(keys: [[UInt8]: Key] = [:]) {
    self.keys = keys.filter { $0.key.count > 1 }
    beginnings = Set(
      self.keys.keys.flatMap { key in (2..<key.count).map { Array(key.prefix($0)) } }
    )
  }

  var waiting: Waiting? {
    if pending.isEmpty { return nil }
    return pending == [KeyDecoder.escape] ? .escape : .rest
  }

  /// The keys that these bytes complete.
  mutating func decode(_ bytes: some Sequence<UInt8>) -> [Key] {
    pending += bytes
    var decoded: [Key] = []
    var rest = pending[...]
    while let first = rest.first {
      switch step(first, rest) {
      case .key(let key, let length):
        decoded.append(key)
        rest = rest.dropFirst(length)
      case .pass(let length):
        rest = rest.dropFirst(length)
      case .wait:
        pending = Array(rest)
        return decoded
      }
    }
    pending = []
    return decoded
  }

  /// Nothing came to complete what was begun: a lone Escape is the key.
  mutating func expire() -> [Key] {
    defer { pending = [] }
    return waiting == .escape ? [.escape] : []
  }

  private func step(_ first: UInt8, _ bytes: ArraySlice<UInt8>) -> Step {
    if !keys.isEmpty, bytes.count > 1 {
      for length in 2...min(bytes.count, KeyDecoder.longest) {
        let sequence = Array(bytes.prefix(length))
        if let key = keys[sequence] { return .key(key, length: length) }
        if !beginnings.contains(sequence) { break }
        if length == bytes.count { return .wait }
      }
    }
    switch first {
    case KeyDecoder.escape: return escaped(bytes)
    case 0x0A, 0x0D: return .key(.enter, length: 1)
    case 0x09: return .key(.tab, length: 1)
    case 0x08, 0x7F: return .key(.backspace, length: 1)
    case 0x01...0x1A: return .key(.control(character(first + 0x60)), length: 1)
    case 0x20...0x7E: return .key(.character(character(first)), length: 1)
    case 0xC2...0xF4: return encoded(first, bytes)
    default: return .pass(length: 1)
    }
  }

  private func escaped(_ bytes: ArraySlice<UInt8>) -> Step {
    guard let second = bytes.dropFirst().first else { return .wait }
    switch second {
    case UInt8(ascii: "["):
      return controlSequence(bytes)
    case UInt8(ascii: "O"):
      guard let last = bytes.dropFirst(2).first else { return .wait }
      guard 0x20 <= last else { return .pass(length: 2) }
      let key = KeySequences.finals[last] ?? KeySequences.pad[last]
      return key.map { .key($0, length: 3) } ?? .pass(length: 3)
    case UInt8(ascii: "]"), UInt8(ascii: "P"):
      return string(bytes)
    default:
      return .key(.escape, length: 1)
    }
  }

  /// `ESC [ parameters final`. With a modifier (`ESC [ 1 ; 5 A`) it is a key that we have no name
  /// for.
  private func controlSequence(_ bytes: ArraySlice<UInt8>) -> Step {
    let body = bytes.dropFirst(2)
    if body.first == UInt8(ascii: "[") {
      guard let last = body.dropFirst().first else { return .wait }
      return KeySequences.console[last].map { .key($0, length: 4) } ?? .pass(length: 4)
    }
    let parameters = body.prefix { 0x20 <= $0 && $0 < 0x40 }
    guard let final = body.dropFirst(parameters.count).first else {
      return bytes.count < KeyDecoder.longest ? .wait : .pass(length: bytes.count)
    }
    let length = 2 + parameters.count + 1
    guard 0x40 <= final, final < 0x7F else { return .pass(length: length - 1) }

    var fields = String(decoding: parameters, as: UTF8.self)
      .split(separator: ";", omittingEmptySubsequences: false)
    if fields.count == 2, fields[1] == "1" { fields.removeLast() }
    let number = fields.count == 1 ? fields[0] : "?"
    let key =
      if final == UInt8(ascii: "~") {
        Int(number).flatMap { KeySequences.numbers[$0] }
      } else if number.isEmpty || number == "1" {
        KeySequences.finals[final]
      } else {
        nil as Key?
      }
    return key.map { .key($0, length: length) } ?? .pass(length: length)
  }

  /// A terminal's late answer to a question of the program before: up to BEL or `ESC \`.
  private func string(_ bytes: ArraySlice<UInt8>) -> Step {
    var previous: UInt8 = 0
    for (offset, byte) in bytes.dropFirst(2).enumerated() {
      if byte == 0x07 || (previous == KeyDecoder.escape && byte == UInt8(ascii: "\\")) {
        return .pass(length: offset + 3)
      }
      previous = byte
    }
    return bytes.count < 4096 ? .wait : .pass(length: bytes.count)
  }

  /// A character of several bytes, in UTF-8.
  private func encoded(_ first: UInt8, _ bytes: ArraySlice<UInt8>) -> Step {
    let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    let encoded = bytes.prefix(length)
    guard encoded.dropFirst().allSatisfy({ $0 & 0xC0 == 0x80 }) else { return .pass(length: 1) }
    guard encoded.count == length else { return .wait }
    guard let text = String(validating: encoded, as: UTF8.self), let character = text.first,
      text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
    else { return .pass(length: length) }
    return .key(.character(character), length: length)
  }

  private func character(_ byte: UInt8) -> Character {
    Character(Unicode.Scalar(byte))
  }
}
