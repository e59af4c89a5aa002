package import Connections
import Glibc

/// The value that rows are sorted by.
package enum SortValue: Hashable, Sendable {
  /// Not known: comes last, whichever way the order goes.
  case absent
  /// Less than 2⁶³.
  case number(UInt64)
  case text(String)
  case endpoint(Endpoint)

  /// A number that is not negative.
  package static func real(_ value: Double) -> SortValue {
    // The bits of such numbers are ordered as the numbers are.
    .number(value > 0 ? value.bitPattern : 0)
  }

  package static func optional(_ value: (some BinaryInteger)?) -> SortValue {
    value.map { .number(UInt64(clamping: $0)) } ?? .absent
  }

  package static func optional(_ text: String?) -> SortValue {
    text.map { .text($0) } ?? .absent
  }

  /// Numbers that put values into the order wanted: by the first, then by the second.
  ///
  /// They tell nearly all values apart; where they do not, see `isExact`.
  func prefix(isDescending: Bool) -> (UInt64, UInt64) {
    let limit = UInt64.max >> 1
    let ascending: (UInt64, UInt64)
    switch self {
    case .absent: return (.max, .max)
    case .number(let number): ascending = (min(number, limit), 0)
    case .text(let text): ascending = Self.prefix(of: text)
    case .endpoint(let endpoint): ascending = Self.prefix(of: endpoint)
    }
    return isDescending ? (limit - ascending.0, ~ascending.1) : ascending
  }

  /// How many bytes of a text are in its prefix: all of a process name.
  private static let prefixBytes = 15

  /// Whether no other value has the same prefix.
  var isExact: Bool {
    switch self {
    case .absent, .number: true
    case .text(let text): text.utf8.count <= Self.prefixBytes && !text.utf8.contains(0)
    case .endpoint(let endpoint): endpoint.address.isV4
    }
  }

  /// The first seven bytes, and the next eight.
  private static func prefix(of text: String) -> (UInt64, UInt64) {
    var bytes = text.utf8.makeIterator()
    func number(_ count: Int) -> UInt64 {
      (0..<count).reduce(0) { number, _ in number << 8 | UInt64(bytes.next() ?? 0) }
    }
    let first = number(prefixBytes - 8)
    return (first, number(8))
  }

  /// An IPv4 address with its port, or an IPv6 address less some of its last bits.
  private static func prefix(of endpoint: Endpoint) -> (UInt64, UInt64) {
    let address = endpoint.address
    if address.isV4 { return (address.low & 0xffff_ffff, UInt64(endpoint.port)) }
    return (1 << 62 | address.high >> 2, address.high << 62 | address.low >> 2)
  }

  /// Whether this value comes before the other, absent ones aside.
  ///
  /// Text is ordered by its bytes, as `LC_ALL=C sort` does.
  static func < (lhs: SortValue, rhs: SortValue) -> Bool {
    switch (lhs, rhs) {
    case (.number(let lhs), .number(let rhs)): lhs < rhs
    case (.text(let lhs), .text(let rhs)): precedes(lhs, rhs)
    case (.endpoint(let lhs), .endpoint(let rhs)): lhs < rhs
    default: false
    }
  }

  private static func precedes(_ lhs: String, _ rhs: String) -> Bool {
    let order = lhs.utf8.withContiguousStorageIfAvailable { lhs in
      rhs.utf8.withContiguousStorageIfAvailable { rhs in
        guard let left = lhs.baseAddress, let right = rhs.baseAddress else { return 0 }
        return Int(memcmp(left, right, min(lhs.count, rhs.count)))
      }
    }
    guard case .some(.some(let order)) = order else {
      return lhs.utf8.lexicographicallyPrecedes(rhs.utf8)
    }
    return order == 0 ? lhs.utf8.count < rhs.utf8.count : order < 0
  }
}
