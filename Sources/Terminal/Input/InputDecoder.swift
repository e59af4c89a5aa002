/// Makes keys and more of the bytes that a terminal sends: no clock and no input of its own.
///
/// A sequence may come in parts. While one is begun, `waiting` says for what; when it has not been
/// completed in time, `expire()` gives it up. Sequences of no known meaning are passed over whole,
/// so that their letters are not taken for typed ones.
///
/// The end of a paste may never come, where a connection or a multiplexer cut it. Pasted text comes
/// in bursts and keys come one by one, so a paste lapses once there has been no burst for
/// `Paste.pause`. After that a single key is a key again, and a burst still is pasted text: a slow
/// network may deliver the remainder of it, and none of that may pass for keys.
struct InputDecoder {
  enum Decoded: Hashable {
    case input(Input)
    case reply(Reply)
  }

  enum Waiting: Hashable {
    /// After an Escape that may be the key or begin a sequence.
    case escape
    /// Inside of a sequence or a character.
    case rest
    /// For the end of pasted text.
    case paste
    /// For the remainder of pasted text that stopped before its end.
    case restOfPaste
  }

  enum Step {
    case found(Decoded, length: Int)
    case paste(length: Int)
    case pass(length: Int)
    case wait

    static func key(_ key: Key?, length: Int) -> Step {
      key.map { .found(.input(.key($0)), length: length) } ?? .pass(length: length)
    }
  }

  static let escape: UInt8 = 0x1B
  /// No key's sequence is as long; what is, is no sequence.
  static let longest = 64

  private let keys: [[UInt8]: Key]
  private let beginnings: Set<[UInt8]>
  private var pending: [UInt8] = []
  private var paste: Paste?
  /// Whether a paste stopped before its end, and nothing has come since.
  private var hasLapsed = false
  private var lastRead = Duration.zero
  /// When pasted text came last, other than as a single key would.
  private var lastBurst = Duration.zero

  /// - Parameter keys: what the terminal's description says of its keys; single bytes do not count.
  init(keys: [[UInt8]: Key] = [:]) {
    self.keys = keys.filter { $0.key.count > 1 }
    beginnings = Set(
      self.keys.keys.flatMap { key in (2..<key.count).map { Array(key.prefix($0)) } }
    )
  }

  var waiting: Waiting? {
    if paste != nil { return .paste }
    if hasLapsed { return .restOfPaste }
    if pending.isEmpty { return nil }
    return pending == [InputDecoder.escape] ? .escape : .rest
  }

  /// When to call `expire()` for a paste that waits for its end.
  var pasteDeadline: Duration { lastBurst + Paste.pause }

  /// What these bytes complete.
  ///
  /// - Parameters:
  ///   - bytes: what one read gave.
  ///   - time: when they came, by any clock that does not go back.
  mutating func decode(_ bytes: some Sequence<UInt8>, at time: Duration = .zero) -> [Decoded] {
    let bytes = Array(bytes)
    if !bytes.isEmpty {
      let isBurst = time - lastRead < Paste.byteGap || !isTyped(bytes)
      lastRead = time
      if isBurst { lastBurst = time }
      if isBurst && hasLapsed { paste = Paste() }
      hasLapsed = false
    }
    pending += bytes
    var decoded: [Decoded] = []
    var rest = pending[...]
    while let first = rest.first {
      if var taking = paste {
        // Not copied while it grows.
        paste = nil
        let (length, isComplete) = taking.take(rest)
        rest = rest.dropFirst(length)
        if isComplete { decoded.append(.input(.pasted(taking.text))) } else { paste = taking }
        continue
      }
      switch step(first, rest) {
      case .found(let found, let length):
        decoded.append(found)
        rest = rest.dropFirst(length)
      case .paste(let length):
        paste = Paste()
        lastBurst = time
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

  /// Nothing came to complete what was begun: a lone Escape is the key, and a paste is what came of
  /// it.
  mutating func expire() -> [Decoded] {
    let waiting = waiting
    defer {
      pending = []
      paste = nil
      hasLapsed = waiting == .paste
    }
    switch waiting {
    case .escape: return [.input(.key(.escape))]
    case .paste: return paste.map { [.input(.pasted($0.text))] } ?? []
    case .rest, .restOfPaste, nil: return []
    }
  }

  /// Whether bytes are what one key sends, or begin with a sequence of a key or the mouse.
  private func isTyped(_ bytes: [UInt8]) -> Bool {
    guard let first = bytes.first else { return false }
    if bytes == [InputDecoder.escape] { return true }
    switch step(first, bytes[...]) {
    case .found(_, let length): return length == bytes.count || first == InputDecoder.escape
    case .pass(let length): return length == bytes.count && first != InputDecoder.escape
    case .paste, .wait: return false
    }
  }

  private func step(_ first: UInt8, _ bytes: ArraySlice<UInt8>) -> Step {
    if !keys.isEmpty, bytes.count > 1 {
      for length in 2...min(bytes.count, InputDecoder.longest) {
        let sequence = Array(bytes.prefix(length))
        if let key = keys[sequence] { return .key(key, length: length) }
        if !beginnings.contains(sequence) { break }
        if length == bytes.count { return .wait }
      }
    }
    switch first {
    case InputDecoder.escape: return escaped(bytes)
    case 0x20...0x7E: return .key(.character(Character(Unicode.Scalar(first))), length: 1)
    case 0xC2...0xF4: return encoded(first, bytes)
    default: return .key(KeySequences.controls[first], length: 1)
    }
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
}
