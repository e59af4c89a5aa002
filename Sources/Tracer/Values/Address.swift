import Glibc

/// An IPv4 or IPv6 address. An IPv4-mapped IPv6 address is the IPv4 address.
package struct Address: Hashable, Sendable {
  /// The first eight bytes, read as a big-endian number.
  package let high: UInt64
  /// The last eight bytes, read as a big-endian number.
  package let low: UInt64

  /// The upper 32 bits of `low` of an IPv4 address, which is held IPv4-mapped (`::ffff:a.b.c.d`).
  private static let mapped: UInt64 = 0xffff

  /// An address from the two halves of its 16 bytes, each read as a big-endian number.
  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// An IPv4 address from its number: `0x7f00_0001` is 127.0.0.1.
  package init(v4: UInt32) {
    self.init(high: 0, low: Self.mapped << 32 | UInt64(v4))
  }

  /// Reads the forms that `inet_pton` takes; `nil` for anything else.
  package init?(_ text: some StringProtocol) {
    var v4 = in_addr()
    var v6 = in6_addr()
    if inet_pton(AF_INET, String(text), &v4) == 1 {
      self.init(v4: UInt32(bigEndian: v4.s_addr))
    } else if inet_pton(AF_INET6, String(text), &v6) == 1 {
      self = withUnsafeBytes(of: v6) { bytes in
        Address(
          high: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
          low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        )
      }
    } else {
      return nil
    }
  }

  /// Whether this is an IPv4 address.
  package var isV4: Bool { high == 0 && low >> 32 == Self.mapped }

  /// Whether this is `0.0.0.0` or `::`.
  package var isUnspecified: Bool { high == 0 && (low == 0 || low == Self.mapped << 32) }
}

extension Address: CustomStringConvertible {
  /// Dotted decimal, or the form of RFC 5952.
  package var description: String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    if isV4 {
      var v4 = in_addr(s_addr: UInt32(truncatingIfNeeded: low).bigEndian)
      inet_ntop(AF_INET, &v4, &text, socklen_t(text.count))
    } else {
      var bytes = (high.bigEndian, low.bigEndian)
      inet_ntop(AF_INET6, &bytes, &text, socklen_t(text.count))
    }
    return text.withUnsafeBufferPointer { buffer in
      String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
  }
}

extension Address: Comparable {
  /// IPv4 addresses by number, then IPv6 addresses by number.
  package static func < (lhs: Address, rhs: Address) -> Bool {
    if lhs.isV4 != rhs.isV4 { return lhs.isV4 }
    return (lhs.high, lhs.low) < (rhs.high, rhs.low)
  }
}
