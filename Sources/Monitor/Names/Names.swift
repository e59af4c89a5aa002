package import Connections
import StyledText

/// The names known for addresses and ports, as a value: whoever asks for them is elsewhere.
package struct Names: Hashable, Sendable {
  private var hosts: [Address: String]
  private var services: [UInt16: String]

  /// The longest name that is shown whole, in bytes: no host name of DNS is longer.
  package static let longest = 255

  /// No names, unless some are given. Host names come from whoever answers for an address, so they
  /// are made fit for a terminal, and cut where they are longer than `longest`.
  package init(hosts: [Address: String] = [:], services: [UInt16: String] = [:]) {
    self.hosts = hosts.compactMapValues(Self.fit)
    self.services = services.compactMapValues(Self.fit)
  }

  /// The host name of an address; `nil` if none is known.
  package func name(of address: Address) -> String? { hosts[address] }

  /// The name of the service that is usual at a TCP port; `nil` if none is known.
  package func service(_ port: UInt16) -> String? { services[port] }

  /// Learns the names of services by their ports, in place of those known.
  package mutating func set(services: [UInt16: String]) {
    self.services = services.compactMapValues(Self.fit)
  }

  /// Learns the name of an address, or with `nil` that it has none.
  package mutating func set(_ name: String?, of address: Address) {
    hosts[address] = name.flatMap(Self.fit)
  }

  private static func fit(_ name: String) -> String? {
    let safe = SafeText.sanitized(String(decoding: name.utf8.prefix(longest), as: UTF8.self))
    return safe.isEmpty ? nil : safe
  }
}
