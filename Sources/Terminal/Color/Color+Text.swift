import StyledText

/// Colours as a theme file writes them: `#d78700`, `208`, `red`, `brightred`.
extension Color {
  /// What a text was meant to be; its description says how to write a colour.
  package struct TextError: Error, Hashable, CustomStringConvertible {
    package let text: String

    package var description: String {
      "\"\(SafeText.sanitized(text))\" is not a colour. Write #rrggbb in hexadecimal, a number from 0 "
        + "to 255, or one of \(Color.names.joined(separator: ", "))."
    }
  }

  /// The names of the sixteen, in the order of their numbers.
  package static let names = Name.allCases.map { Color.named($0).description }

  /// Reads what `description` writes, in upper or lower case.
  package init(_ text: String) throws(TextError) {
    if let index = Color.names.firstIndex(of: text.lowercased()) {
      self.init(index: UInt8(index))
    } else if text.first == "#", let rgb = Color.rgb(digits: text.dropFirst()) {
      self = .exact(rgb)
    } else if text.utf8.allSatisfy({ $0 != UInt8(ascii: "+") }), let index = UInt8(text) {
      self.init(index: index)
    } else {
      throw TextError(text: text)
    }
  }

  private static func rgb(digits: Substring) -> RGB? {
    guard digits.utf8.count == 6, digits.allSatisfy(\.isHexDigit) else { return nil }
    return UInt32(digits, radix: 16).map { RGB($0) }
  }
}

extension Color: CustomStringConvertible {
  package var description: String {
    switch self {
    case .named(let name): "\(name)".lowercased()
    case .indexed(let index): "\(index)"
    case .exact(let rgb): rgb.description
    }
  }
}
