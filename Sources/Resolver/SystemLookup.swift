package import Connections
import Glibc

/// The system's databases of names: `getnameinfo` and `getservent`, as `nsswitch.conf` has them.
package enum SystemLookup {
  /// The host name of an address; `nil` if it has none, or none can be had now.
  package static func name(of address: Address) -> String? {
    if address.isV4 {
      var socket = sockaddr_in()
      socket.sin_family = sa_family_t(AF_INET)
      socket.sin_addr.s_addr = UInt32(truncatingIfNeeded: address.low).bigEndian
      return name(of: &socket, length: MemoryLayout<sockaddr_in>.size)
    }
    var socket = sockaddr_in6()
    socket.sin6_family = sa_family_t(AF_INET6)
    withUnsafeMutableBytes(of: &socket.sin6_addr) { bytes in
      bytes.storeBytes(of: address.high.bigEndian, as: UInt64.self)
      bytes.storeBytes(of: address.low.bigEndian, toByteOffset: 8, as: UInt64.self)
    }
    return name(of: &socket, length: MemoryLayout<sockaddr_in6>.size)
  }

  /// The names of TCP services by their ports; the first where a port has several.
  ///
  /// Not for several threads at once: the C library has one place in the database.
  package static func services() -> [UInt16: String] {
    var services: [UInt16: String] = [:]
    setservent(0)
    defer { endservent() }
    while let entry = getservent()?.pointee {
      guard let name = entry.s_name, let proto = entry.s_proto, strcmp(proto, "tcp") == 0 else {
        continue
      }
      let port = UInt16(bigEndian: UInt16(truncatingIfNeeded: entry.s_port))
      if services[port] == nil { services[port] = String(cString: name) }
    }
    return services
  }

  /// The port of a service by one of its names; `nil` if none has it.
  package static func port(ofService name: String) -> UInt16? {
    // No name of a service is longer, and the C library would stop at a zero byte.
    guard (1...64).contains(name.utf8.count), !name.utf8.contains(0) else { return nil }
    var entry = servent()
    var found: UnsafeMutablePointer<servent>?
    var buffer = [CChar](repeating: 0, count: 4096)
    guard getservbyname_r(name, nil, &entry, &buffer, buffer.count, &found) == 0,
      let port = found?.pointee.s_port
    else { return nil }
    return UInt16(bigEndian: UInt16(truncatingIfNeeded: port))
  }

  private static func name(of socket: UnsafeMutableRawPointer, length: Int) -> String? {
    // NI_MAXHOST, which is a macro with a cast.
    var host = [CChar](repeating: 0, count: 1025)
    let code = getnameinfo(
      socket.assumingMemoryBound(to: sockaddr.self),
      socklen_t(length),
      &host,
      socklen_t(host.count),
      nil,
      0,
      NI_NAMEREQD
    )
    guard code == 0 else { return nil }
    return String(
      decoding: host.prefix { $0 != 0 }.map(UInt8.init(truncatingIfNeeded:)),
      as: UTF8.self
    )
  }
}
