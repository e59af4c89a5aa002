/// When a log begins a new file, and how many older ones it leaves.
struct Rotation: Hashable, Sendable {
  /// The size that no file exceeds, unless a single line does, in bytes; `nil` for any.
  var size: Int64?
  /// The age from which a file gets no more lines, in seconds; `nil` for any.
  var age: Int64?
  /// How many files there are beside the present one.
  var kept = Self.keptByDefault

  static let keptByDefault = 7

  private static let sizes: [Character: Int64] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30]
  private static let ages: [Character: Int64] =
    ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]

  /// Reads `10M`, `7d` or `10M,7d`; `nil` if it is none.
  init?(_ text: String) {
    for word in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let unit = word.last, let number = Int64(word.dropLast()), (1...1_000_000) ~= number,
        word.first?.isNumber == true
      else { return nil }
      if let factor = Self.sizes[unit], size == nil {
        size = number * factor
      } else if let factor = Self.ages[unit], age == nil {
        age = number * factor
      } else {
        return nil
      }
    }
  }
}
