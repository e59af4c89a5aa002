package import Tracer

/// The names known for addresses and ports, as a value: whoever asks for them is elsewhere.
package struct Names: Hashable, Sendable {
  private var hosts: [Address: String]
  private var services: [UInt16: String]

  /// No names, unless some are given.
  package init(hosts: [Address: String] = [:], services: [UInt16: String] = [:]) {
    self.hosts = hosts
    self.services = services
  }

  /// The host name of an address; `nil` where none is known.
  package func name(of address: Address) -> String? { hosts[address] }

  /// The name of the service that is usual at a TCP port; `nil` where none is known.
  package func service(_ port: UInt16) -> String? { services[port] }
}
