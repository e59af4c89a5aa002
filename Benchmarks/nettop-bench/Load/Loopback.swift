import Glibc

/// TCP over the loopback of the namespace.
enum Loopback {
  /// A listener at `127.x.y.z`, and its address.
  static func listener(_ host: String, backlog: Int32 = 4096) throws -> (Int32, sockaddr_in) {
    let listener = try socket()
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else { throw BenchError(host) }
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withGeneric(&address) { bind(listener, $0, length) }
    try BenchError.check(bound, "bind")
    try BenchError.check(listen(listener, backlog), "listen")
    let named = withGeneric(&address) { getsockname(listener, $0, &length) }
    try BenchError.check(named, "getsockname")
    return (listener, address)
  }

  /// Both ends of a new connection.
  static func connect(
    _ listener: Int32,
    _ address: sockaddr_in
  ) throws -> (client: Int32, server: Int32) {
    var address = address
    let client = try socket()
    let length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let connected = withGeneric(&address) { Glibc.connect(client, $0, length) }
    try BenchError.check(connected, "connect")
    return (client, try BenchError.check(accept(listener, nil, nil), "accept"))
  }

  /// A UDP socket with a port at 127.0.0.1.
  static func datagramSocket() throws -> Int32 {
    let type = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let socket = try BenchError.check(Glibc.socket(AF_INET, type, 0), "socket")
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let length = socklen_t(MemoryLayout<sockaddr_in>.size)
    try BenchError.check(withGeneric(&address) { bind(socket, $0, length) }, "bind")
    return socket
  }

  /// Connects a socket to where another is.
  static func join(_ socket: Int32, _ other: Int32) throws {
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    try BenchError.check(
      withGeneric(&address) { getsockname(other, $0, &length) },
      "getsockname"
    )
    try BenchError.check(withGeneric(&address) { Glibc.connect(socket, $0, length) }, "connect")
  }

  private static func socket() throws -> Int32 {
    try BenchError.check(
      Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0),
      "socket"
    )
  }

  private static func withGeneric<Result>(
    _ address: inout sockaddr_in,
    _ body: (UnsafeMutablePointer<sockaddr>) -> Result
  ) -> Result {
    withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1, body)
    }
  }
}
