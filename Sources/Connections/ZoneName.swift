import Synchronization

/// The name of a zone as a number, so that an address with one takes no more room than others.
struct ZoneName: Hashable, Sendable {
  static let none = ZoneName(number: 0)

  private let number: UInt16

  /// All names so far, by their numbers from 1.
  private struct Names {
    var texts: [String] = []
    var numbers: [String: UInt16] = [:]
  }

  private static let names = Mutex(Names())
  /// How many names are distinguished: a host that keeps making devices runs out of nothing else.
  private static let limit = Int(UInt16.max)

  private init(number: UInt16) {
    self.number = number
  }

  init(_ text: String?) {
    guard let text else {
      self = .none
      return
    }
    number = Self.names.withLock { names in
      if let known = names.numbers[text] { return known }
      guard names.texts.count < Self.limit else { return 0 }
      names.texts.append(text)
      let number = UInt16(names.texts.count)
      names.numbers[text] = number
      return number
    }
  }

  var text: String? {
    number == 0 ? nil : Self.names.withLock { $0.texts[Int(number) - 1] }
  }
}
