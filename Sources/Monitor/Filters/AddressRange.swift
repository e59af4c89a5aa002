import Connections

/// The addresses of a network, with a port or any.
struct AddressRange: Hashable, Sendable {
  /// Its first address.
  let first: Address
  /// How many of the 128 bits all addresses share; of IPv4, 96 more than it is written.
  let length: Int
  let port: UInt16?
  /// The only zone that its addresses are of; `nil` for any and none.
  let zone: String?

  /// Reads `192.0.2.1`, `10.0.0.0/8`, `192.0.2.1:443`, `2001:db8::/32`, `[2001:db8::1]:443`,
  /// `fe80::1%eth0`; `nil` for anything else.
  init?(_ text: String) {
    let (address, port) = Self.divided(text)
    if let port {
      guard let number = UInt16(port), port.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
        return nil
      }
      self.port = number
    } else {
      self.port = nil
    }
    let parts = address.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let address = Address(parts[0]) else { return nil }
    let isV4Text = !parts[0].contains(":")
    var length = 128
    if parts.count == 2 {
      guard let bits = UInt8(parts[1]), bits <= (isV4Text ? 32 : 128),
        parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) })
      else { return nil }
      length = Int(bits) + (isV4Text ? 96 : 0)
    }
    self.length = length
    zone = address.zone
    first = Self.masked(address, length)
  }

  /// Whether the endpoint is of the range. No address of IPv4 is of a range of IPv6.
  func contains(_ endpoint: Endpoint) -> Bool {
    if let port, endpoint.port != port { return false }
    let address = endpoint.address
    if let zone, address.zone != zone { return false }
    return address.isV4 == first.isV4 && Self.masked(address, length) == first
  }

  /// The address and the port of a text, neither of them checked.
  private static func divided(_ text: String) -> (Substring, Substring?) {
    if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
      let address = text[text.index(after: text.startIndex)..<end]
      let rest = text[text.index(after: end)...]
      if rest.isEmpty { return (address, nil) }
      return rest.hasPrefix(":") ? (address, rest.dropFirst()) : (text[...], nil)
    }
    // More colons than one are of IPv6.
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    return parts.count == 2 ? (parts[0], parts[1]) : (text[...], nil)
  }

  private static func masked(_ address: Address, _ length: Int) -> Address {
    // A shift by all 64 bits gives 0.
    Address(
      high: address.high & UInt64.max << (64 - min(length, 64)),
      low: address.low & UInt64.max << (128 - max(length, 64))
    )
  }
}

extension AddressRange: CustomStringConvertible {
  var description: String {
    let isV4 = first.isV4 && length >= 96
    let suffix = length == 128 ? "" : "/\(isV4 ? length - 96 : length)"
    let text = "\(first)\(zone.map { "%\($0)" } ?? "")\(suffix)"
    guard let port else { return text }
    return isV4 ? "\(text):\(port)" : "[\(text)]:\(port)"
  }
}
