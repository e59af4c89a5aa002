/// The users that a user namespace has, by their numbers inside: `/proc/PID/uid_map`.
package struct UserMap: Sendable {
  private let ranges: [Range<UInt64>]

  /// - Parameter text: lines of a first number inside, a first one outside, and how many.
  package init(_ text: String) {
    ranges = text.split(separator: "\n").compactMap { line in
      let numbers = line.split(separator: " ").map { UInt64($0) }
      guard numbers.count == 3, let first = numbers[0], let count = numbers[2],
        first <= UInt32.max, count <= UInt32.max
      else { return nil }
      return first..<(first + count)
    }
  }

  package func has(_ user: UInt32) -> Bool { ranges.contains { $0.contains(UInt64(user)) } }

  /// That of this process; `nil` if it cannot be read.
  package static var own: UserMap? {
    ProcFS().read("self/uid_map").map { UserMap(String(decoding: $0, as: UTF8.self)) }
  }
}
