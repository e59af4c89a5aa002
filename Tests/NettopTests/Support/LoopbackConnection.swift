import Glibc
import Synchronization
import TestSupport
import Testing

/// A TCP connection over loopback, both ends of it in the test process.
final class LoopbackConnection {
  let client: Int32
  let server: Int32
  let clientPort: UInt16
  let serverPort: UInt16
  private var isOpen = true

  private static let stream = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)

  /// Connects in the network namespace of the calling thread.
  init() throws {
    let listener = socket(AF_INET, LoopbackConnection.stream, 0)
    defer { Glibc.close(listener) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let bound = LoopbackConnection.call(&address) { bind(listener, $0, $1) }
    try #require(bound == 0 && listen(listener, 1) == 0)
    serverPort = LoopbackConnection.port(of: listener)
    address.sin_port = serverPort.bigEndian

    let client = socket(AF_INET, LoopbackConnection.stream, 0)
    let connected = LoopbackConnection.call(&address) { connect(client, $0, $1) }
    try #require(connected == 0)
    self.client = client
    clientPort = LoopbackConnection.port(of: client)
    server = Spawn.inheritance.withLock { _ in
      let server = accept(listener, nil, nil)
      _ = fcntl(server, F_SETFD, FD_CLOEXEC)
      return server
    }
    try #require(server >= 0)
  }

  deinit {
    close()
  }

  func close() {
    guard isOpen else { return }
    isOpen = false
    Glibc.close(client)
    Glibc.close(server)
  }

  /// Sends this many bytes from the client and takes them all at the server.
  func transfer(_ count: Int) throws {
    var buffer = [UInt8](repeating: 0x61, count: 16384)
    var left = count
    while left > 0 {
      let sent = send(client, buffer, min(left, buffer.count), Int32(MSG_NOSIGNAL))
      try #require(sent > 0)
      var taken = 0
      while taken < sent {
        let received = recv(server, &buffer, sent - taken, 0)
        try #require(received > 0)
        taken += received
      }
      left -= sent
    }
  }

  private static func port(of descriptor: Int32) -> UInt16 {
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(descriptor, $0, &length)
      }
    }
    return UInt16(bigEndian: address.sin_port)
  }

  private static func call(
    _ address: inout sockaddr_in,
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }
}
