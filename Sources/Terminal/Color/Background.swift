/// Whether a terminal shows light text on dark or dark text on light.
package enum Background: Hashable, Sendable {
  case dark
  case light

  package init(_ color: RGB) {
    self = color.isDark ? .dark : .light
  }

  /// As COLORFGBG has it, where the terminal sets it.
  package static var ofEnvironment: Background? {
    environment("COLORFGBG").flatMap { Background(colorFGBG: $0) }
  }

  /// From `foreground;background`, or `foreground;default;background`, in numbers of the sixteen
  /// colours. Only 7 and from 9 are light.
  init?(colorFGBG: String) {
    guard let last = colorFGBG.split(separator: ";").dropFirst().last, let number = UInt8(last),
      number < 16
    else { return nil }
    self = number == 7 || number > 8 ? .light : .dark
  }

  /// From a terminal's answer: `rgb:` or `rgba:` and parts of 1 to 4 hexadecimal digits each.
  init?(answer: some StringProtocol) {
    let halves = answer.split(separator: ":", omittingEmptySubsequences: false)
    guard halves.count == 2 else { return nil }
    let fields = halves[1].split(separator: "/", omittingEmptySubsequences: false)
    let parts = fields.compactMap { Background.part($0) }
    guard parts.count == fields.count,
      halves[0] == "rgb" && parts.count == 3 || halves[0] == "rgba" && parts.count == 4
    else { return nil }
    self.init(RGB(red: parts[0], green: parts[1], blue: parts[2]))
  }

  /// `f`, `ff`, `fff` and `ffff` are all the whole.
  private static func part(_ digits: some StringProtocol) -> UInt8? {
    guard (1...4).contains(digits.utf8.count), digits.allSatisfy(\.isHexDigit),
      let value = Int(digits, radix: 16)
    else { return nil }
    let whole = (1 << (4 * digits.utf8.count)) - 1
    return UInt8((value * 255 + whole / 2) / whole)
  }
}
