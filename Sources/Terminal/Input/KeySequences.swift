/// The byte sequences of keys, beyond those in the terminal's description.
///
/// Nearly every current terminal sends these, whatever TERM says.
enum KeySequences {
  /// Names of terminal capabilities, each with the key whose sequence it holds.
  static let capabilities: [(name: String, key: Key)] =
    [
      ("kcuu1", .up), ("kcud1", .down), ("kcub1", .left), ("kcuf1", .right),
      ("khome", .home), ("kend", .end), ("kpp", .pageUp), ("knp", .pageDown),
      ("kich1", .insert), ("kdch1", .delete), ("kcbt", .backTab), ("kent", .enter),
    ] + (1...12).map { ("kf\($0)", .function($0)) }

  /// The sequences that the current terminal says its keys send.
  static var described: [[UInt8]: Key] {
    var keys: [[UInt8]: Key] = [:]
    for (name, key) in capabilities {
      if let bytes = TerminfoString(name)?.bytes { keys[bytes] = key }
    }
    return keys
  }

  /// By the control character that a key sends by itself.
  static let controls: [UInt8: Key] = {
    var controls: [UInt8: Key] = [:]
    for byte in 0x01...0x1A as ClosedRange<UInt8> {
      controls[byte] = .control(Character(Unicode.Scalar(byte + 0x60)))
    }
    return controls.merging(
      [0x08: .backspace, 0x09: .tab, 0x0A: .enter, 0x0D: .enter, 0x7F: .backspace]
    ) { $1 }
  }()

  /// By the last byte of `ESC [ …` and of `ESC O …`.
  static let finals: [UInt8: Key] = [
    UInt8(ascii: "A"): .up, UInt8(ascii: "B"): .down,
    UInt8(ascii: "C"): .right, UInt8(ascii: "D"): .left,
    UInt8(ascii: "H"): .home, UInt8(ascii: "F"): .end,
    UInt8(ascii: "P"): .function(1), UInt8(ascii: "Q"): .function(2),
    UInt8(ascii: "R"): .function(3), UInt8(ascii: "S"): .function(4),
    UInt8(ascii: "Z"): .backTab,
  ]

  /// By the number of `ESC [ number ~`.
  static let numbers: [Int: Key] = [
    1: .home, 2: .insert, 3: .delete, 4: .end, 5: .pageUp, 6: .pageDown, 7: .home, 8: .end,
    11: .function(1), 12: .function(2), 13: .function(3), 14: .function(4), 15: .function(5),
    17: .function(6), 18: .function(7), 19: .function(8), 20: .function(9), 21: .function(10),
    23: .function(11), 24: .function(12),
  ]

  /// By the last byte of `ESC [ [ …`: F1 to F5 of the Linux console.
  static let console: [UInt8: Key] = [
    UInt8(ascii: "A"): .function(1), UInt8(ascii: "B"): .function(2),
    UInt8(ascii: "C"): .function(3), UInt8(ascii: "D"): .function(4),
    UInt8(ascii: "E"): .function(5),
  ]

  /// By the last byte of `ESC O …`: the number pad while a program has the keys to itself.
  static let pad: [UInt8: Key] = {
    var pad: [UInt8: Key] = [UInt8(ascii: "M"): .enter, UInt8(ascii: "X"): .character("=")]
    for byte in UInt8(ascii: "j")...UInt8(ascii: "y") {
      pad[byte] = .character(Character(Unicode.Scalar(byte - 0x40)))
    }
    return pad
  }()
}
