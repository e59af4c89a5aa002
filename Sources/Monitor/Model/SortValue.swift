package import Tracer

/// What rows are ordered by.
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

  /// The largest `prefix` of a value that is not absent.
  private static let limit = UInt64.max >> 1

  /// A number that puts values into the order wanted, where two of them are not alike: to compare
  /// these is enough nearly always.
  func prefix(isDescending: Bool) -> UInt64 {
    let ascending: UInt64
    switch self {
    case .absent: return .max
    case .number(let number): ascending = min(number, Self.limit)
    case .text(let text): ascending = Self.prefix(of: text)
    case .endpoint(let endpoint): ascending = Self.prefix(of: endpoint)
    }
    return isDescending ? Self.limit - ascending : ascending
  }

  /// Whether values with the same prefix are the same.
  var isExact: Bool {
    switch self {
    case .absent, .number: true
    case .text(let text): text.utf8.count <= 7 && !text.utf8.contains(0)
    case .endpoint(let endpoint): endpoint.address.isV4
    }
  }

  /// The first eight bytes, as a number, less the last bit.
  private static func prefix(of text: String) -> UInt64 {
    var number: UInt64 = 0
    var bytes = text.utf8.makeIterator()
    for _ in 0..<8 { number = number << 8 | UInt64(bytes.next() ?? 0) }
    return number >> 1
  }

  /// An IPv4 address with its port, or the upper half of an IPv6 address, less the last bit.
  private static func prefix(of endpoint: Endpoint) -> UInt64 {
    let address = endpoint.address
    if address.isV4 { return (address.low & 0xffff_ffff) << 16 | UInt64(endpoint.port) }
    return 1 << 62 | address.high >> 2
  }

  /// Whether this value comes before the other, absent ones aside.
  ///
  /// Text is ordered by its bytes, as `LC_ALL=C sort` does.
  static func < (lhs: SortValue, rhs: SortValue) -> Bool {
    switch (lhs, rhs) {
    case (.number(let lhs), .number(let rhs)): lhs < rhs
    case (.text(let lhs), .text(let rhs)): lhs.utf8.lexicographicallyPrecedes(rhs.utf8)
    case (.endpoint(let lhs), .endpoint(let rhs)): lhs < rhs
    default: false
    }
  }
}
