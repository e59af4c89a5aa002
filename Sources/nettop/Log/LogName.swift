import Connections
import Monitor

/// The name of a file of a log in a directory, without its ending: `nettop-20260301-120000`. Further
/// files of the same second have a number: `nettop-20260301-120000_001`. The order of names is that of
/// the files.
struct LogName: Hashable {
  /// The local time at which the file began.
  let stamp: String
  /// How many files of the same second come before it.
  let number: Int

  private static let prefix = "nettop-"

  /// - Parameter offset: how many seconds local time is ahead of UTC.
  init(at time: Timestamp, utcOffset offset: Int, number: Int = 0) {
    let date = TimestampText.date(time, offset: offset).filter(\.isNumber)
    let clock = TimestampText.timeOfDay(time, offset: offset).filter(\.isNumber)
    stamp = "\(date)-\(clock)"
    self.number = number
  }

  /// That of a path; `nil` if it is none of a log with this ending.
  init?(ofPath path: String, ending: String) {
    let name = path.split(separator: "/").last ?? ""
    guard name.hasPrefix(Self.prefix), name.hasSuffix(".\(ending)") else { return nil }
    let parts = name.dropFirst(Self.prefix.count).dropLast(ending.count + 1)
      .split(separator: "_", omittingEmptySubsequences: false)
    guard let stamp = parts.first, Self.isStamp(stamp), parts.count <= 2 else { return nil }
    self.stamp = String(stamp)
    guard parts.count == 2 else {
      number = 0
      return
    }
    let digits = parts[1]
    guard digits.utf8.count >= 3, digits.utf8.allSatisfy(Self.isDigit), let number = Int(digits)
    else { return nil }
    self.number = number
  }

  var text: String {
    if number == 0 { return Self.prefix + stamp }
    let digits = "\(number)"
    let zeros = String(repeating: "0", count: max(0, 3 - digits.utf8.count))
    return "\(Self.prefix)\(stamp)_\(zeros)\(digits)"
  }

  private static func isStamp(_ text: Substring) -> Bool {
    text.utf8.count == 15
      && text.utf8.enumerated().allSatisfy { index, byte in
        index == 8 ? byte == UInt8(ascii: "-") : isDigit(byte)
      }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}

extension LogName: Comparable {
  static func < (lhs: LogName, rhs: LogName) -> Bool {
    (lhs.stamp, lhs.number) < (rhs.stamp, rhs.number)
  }
}
