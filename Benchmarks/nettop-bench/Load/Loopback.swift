import Glibc

/// TCP and UDP over the loopback of the namespace.
enum Loopback {
  /// A listener at `127.x.y.z`, and its address.
  static func listener(_ host: String, backlog: Int32 = 4096) throws -> (Int32, sockaddr_in) {
    let listener = try socket()
    let address = try bind(listener, host)
    try BenchError.check(listen(listener, backlog), "listen")
    return (listener, address)
  }

  /// A UDP socket that is connected to another one.
  static func datagrams(_ host: String) throws -> (sender: Int32, receiver: Int32) {
    let sender = try socket(SOCK_DGRAM)
    let receiver = try socket(SOCK_DGRAM)
    var address = try bind(receiver, host)
    let length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let connected = withGeneric(&address) { Glibc.connect(sender, $0, length) }
    try BenchError.check(connected, "connect")
    return (sender, receiver)
  }

  /// Binds a socket to a free port, and gives its address.
  private static func bind(_ socket: Int32, _ host: String) throws -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else { throw BenchError(host) }
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withGeneric(&address) { Glibc.bind(socket, $0, length) }
    try BenchError.check(bound, "bind")
    let named = withGeneric(&address) { getsockname(socket, $0, &length) }
    try BenchError.check(named, "getsockname")
    return address
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

  private static func socket(_ kind: __socket_type = SOCK_STREAM) throws -> Int32 {
    try BenchError.check(
      Glibc.socket(AF_INET, Int32(kind.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0),
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
