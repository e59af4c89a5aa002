// Sequences that begin with an Escape.
extension InputDecoder {
  func escaped(_ bytes: ArraySlice<UInt8>) -> Step {
    guard let second = bytes.dropFirst().first else { return .wait }
    switch second {
    case UInt8(ascii: "["):
      return controlSequence(bytes)
    case UInt8(ascii: "O"):
      guard let last = bytes.dropFirst(2).first else { return .wait }
      guard 0x20 <= last else { return .pass(length: 2) }
      return .key(KeySequences.finals[last] ?? KeySequences.pad[last], length: 3)
    case UInt8(ascii: "]"), UInt8(ascii: "P"):
      return string(bytes)
    default:
      return .key(.escape, length: 1)
    }
  }

  /// `ESC [ parameters final`.
  private func controlSequence(_ bytes: ArraySlice<UInt8>) -> Step {
    let body = bytes.dropFirst(2)
    if body.first == UInt8(ascii: "[") {
      guard let last = body.dropFirst().first else { return .wait }
      return .key(KeySequences.console[last], length: 4)
    }
    // However the bytes come, what is longer is no sequence.
    let most = InputDecoder.longest - 2
    let parameters = body.prefix(most).prefix { 0x20 <= $0 && $0 < 0x40 }
    if parameters.count == most { return .pass(length: InputDecoder.longest) }
    guard let final = body.dropFirst(parameters.count).first else { return .wait }
    let length = 2 + parameters.count + 1
    guard 0x40 <= final, final < 0x7F else { return .pass(length: length - 1) }
    let text = String(decoding: parameters, as: UTF8.self)

    switch (Unicode.Scalar(final), text.first) {
    case ("M", nil):
      return placedMouse(bytes, length: length)
    case ("M", "<"), ("m", "<"):
      return mouse(text.dropFirst(), isRelease: final == UInt8(ascii: "m"), length: length)
    case ("c", "?"):
      return .found(.reply(.attributes), length: length)
    case ("y", "?"):
      return mode(text.dropFirst(), length: length)
    case ("~", _) where text == "\(Paste.begin)":
      return .paste(length: length)
    default:
      return .key(key(final: final, parameters: text), length: length)
    }
  }

  /// With a modifier (`ESC [ 1 ; 5 A`) it is a key that we have no name for.
  private func key(final: UInt8, parameters: String) -> Key? {
    var fields = parameters.split(separator: ";", omittingEmptySubsequences: false)
    if fields.count == 2, fields[1] == "1" { fields.removeLast() }
    guard fields.count == 1 else { return nil }
    if final == UInt8(ascii: "~") { return Int(fields[0]).flatMap { KeySequences.numbers[$0] } }
    return fields[0].isEmpty || fields[0] == "1" ? KeySequences.finals[final] : nil
  }

  /// `ESC [ < code ; column ; row M`, or `m` for a release.
  private func mouse(_ text: Substring, isRelease: Bool, length: Int) -> Step {
    let numbers = text.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 3, let code = numbers[0], let column = numbers[1], let row = numbers[2],
      let mouse = Mouse(code: code, column: column, row: row, isRelease: isRelease)
    else { return .pass(length: length) }
    return .found(.input(.mouse(mouse)), length: length)
  }

  /// `ESC [ M` and three bytes, each 32 more than its number: from terminals that know no other way.
  private func placedMouse(_ bytes: ArraySlice<UInt8>, length: Int) -> Step {
    let numbers = bytes.dropFirst(length).prefix(3).map { Int($0) - 32 }
    // What is no such byte is not swallowed.
    if let end = numbers.firstIndex(where: { $0 < 0 }) { return .pass(length: length + end) }
    guard numbers.count == 3 else { return .wait }
    guard
      let mouse = Mouse(code: numbers[0], column: numbers[1], row: numbers[2], isRelease: false)
    else { return .pass(length: length + 3) }
    return .found(.input(.mouse(mouse)), length: length + 3)
  }

  /// `ESC [ ? mode ; state $ y`: 1 is set and 2 reset; 0 and 4 say that there is no such mode.
  private func mode(_ text: Substring, length: Int) -> Step {
    guard text.hasPrefix("2026;"), text.hasSuffix("$") else { return .pass(length: length) }
    let state = text.dropFirst(5).dropLast()
    return .found(.reply(.synchronizedOutput(state == "1" || state == "2")), length: length)
  }

  /// A terminal's answer to a question, up to BEL or `ESC \`.
  private func string(_ bytes: ArraySlice<UInt8>) -> Step {
    var previous: UInt8 = 0
    let most = 4096
    for (offset, byte) in bytes.prefix(most).dropFirst(2).enumerated() {
      let isEnded = previous == InputDecoder.escape && byte == UInt8(ascii: "\\")
      if byte == 0x07 || isEnded {
        let body = bytes.dropFirst(1).prefix(offset + (isEnded ? 0 : 1))
        return answer(String(decoding: body, as: UTF8.self), length: offset + 3)
      }
      previous = byte
    }
    return bytes.count < most ? .wait : .pass(length: most)
  }

  private func answer(_ text: String, length: Int) -> Step {
    guard text.hasPrefix("]11;"), let background = Background(answer: text.dropFirst(4)) else {
      return .pass(length: length)
    }
    return .found(.input(.background(background)), length: length)
  }
}
