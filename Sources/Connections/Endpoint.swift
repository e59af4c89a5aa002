/// One end of a connection: an address and a port.
package struct Endpoint: Hashable, Sendable {
  package let address: Address
  /// The port, 0 where there is none (the remote end of a listener).
  package let port: UInt16

  package init(address: Address, port: UInt16) {
    self.address = address
    self.port = port
  }

  /// The same without the zone of its address, for programs that take none.
  package var unzoned: Endpoint { Endpoint(address: address.unzoned, port: port) }
}

extension Endpoint: CustomStringConvertible {
  /// `192.0.2.1:443`, or `[2001:db8::10]:443` as RFC 5952 has it.
  package var description: String {
    address.isV4 ? "\(address):\(port)" : "[\(address)]:\(port)"
  }
}

extension Endpoint: Comparable {
  /// By address, then by port.
  package static func < (lhs: Endpoint, rhs: Endpoint) -> Bool {
    (lhs.address, lhs.port) < (rhs.address, rhs.port)
  }
}

extension Endpoint {
  /// Whether there is no such end, as the remote end of a socket that never had one.
  package var isNone: Bool { port == 0 && address.isUnspecified }
}
