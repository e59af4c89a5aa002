import Glibc

/// An IPv4 or IPv6 address. An IPv4-mapped IPv6 address is the IPv4 address. A link-local address
/// has the zone that it is of: the same address of two links is two addresses (RFC 4007).
package struct Address: Hashable, Sendable {
  /// The first eight bytes, read as a big-endian number.
  package let high: UInt64
  /// The last eight bytes, read as a big-endian number.
  package let low: UInt64
  private let zoneName: ZoneName

  /// The network device of a link-local address, by its name or else its index; `nil` if that is
  /// not known, and for all other addresses.
  package var zone: String? { zoneName.text }

  /// The upper 32 bits of `low` of an IPv4 address, which is held IPv4-mapped (`::ffff:a.b.c.d`).
  private static let mapped: UInt64 = 0xffff

  /// An address from the two halves of its 16 bytes, each read as a big-endian number.
  ///
  /// - Parameter zone: the device that a link-local address is of. Other addresses have no zone.
  package init(high: UInt64, low: UInt64, zone: String? = nil) {
    self.high = high
    self.low = low
    zoneName = Self.isLinkLocal(high) ? ZoneName(zone) : .none
  }

  /// An IPv4 address from its number: `0x7f00_0001` is 127.0.0.1.
  package init(v4: UInt32) {
    self.init(high: 0, low: Self.mapped << 32 | UInt64(v4))
  }

  /// Reads the forms that `inet_pton` takes, and `fe80::1%eth0`; `nil` for anything else.
  package init?(_ text: some StringProtocol) {
    if let percent = text.firstIndex(of: "%") {
      let zone = String(text[text.index(after: percent)...])
      guard Self.isZone(zone), let address = Address(text[..<percent]), address.isLinkLocal,
        address.zone == nil
      else { return nil }
      self.init(high: address.high, low: address.low, zone: zone)
      return
    }
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

  /// Whether it means something on one link only: of `fe80::/10`, or multicast of such a scope.
  package var isLinkLocal: Bool { Self.isLinkLocal(high) }

  private static func isLinkLocal(_ high: UInt64) -> Bool {
    high >> 54 == 0xfe80 >> 6 || [0xff01, 0xff02].contains(high >> 48 & 0xff0f)
  }

  /// The same address of no link.
  package var unzoned: Address { Address(high: high, low: low) }

  /// Whether a text can be a zone: the kernel allows a device any name of 15 bytes without a blank,
  /// `/` or `:`; those with unusual bytes are identified by their index.
  package static func isZone(_ text: String) -> Bool {
    (1...15).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        (0x21...0x7e).contains($0) && !"%/:[]".utf8.contains($0)
      }
  }

  /// Whether this is `0.0.0.0` or `::`.
  package var isUnspecified: Bool { high == 0 && (low == 0 || low == Self.mapped << 32) }
}

extension Address: CustomStringConvertible {
  /// Dotted decimal, or the form of RFC 5952; with a zone, `fe80::1%eth0` (RFC 4007).
  package var description: String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    if isV4 {
      var v4 = in_addr(s_addr: UInt32(truncatingIfNeeded: low).bigEndian)
      inet_ntop(AF_INET, &v4, &text, socklen_t(text.count))
    } else {
      var bytes = (high.bigEndian, low.bigEndian)
      inet_ntop(AF_INET6, &bytes, &text, socklen_t(text.count))
    }
    let address = text.withUnsafeBufferPointer { buffer in
      String(
        decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(truncatingIfNeeded:)),
        as: UTF8.self
      )
    }
    return zone.map { "\(address)%\($0)" } ?? address
  }
}

extension Address: Comparable {
  /// IPv4 addresses by number, then IPv6 addresses by number, and one of several links by zone.
  package static func < (lhs: Address, rhs: Address) -> Bool {
    if lhs.isV4 != rhs.isV4 { return lhs.isV4 }
    if lhs.high == rhs.high, lhs.low == rhs.low { return lhs.zone ?? "" < rhs.zone ?? "" }
    return (lhs.high, lhs.low) < (rhs.high, rhs.low)
  }
}
