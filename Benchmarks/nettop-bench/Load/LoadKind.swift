import ArgumentParser
import Glibc

/// What a load does over and over. One thread has both ends, so nothing waits for the scheduler
/// and whatever is added to a call shows in full.
enum LoadKind: String, CaseIterable, ExpressibleByArgument {
  /// As many bytes as fit, through one connection.
  case bulk
  /// A request and a response of 64 bytes.
  case requests
  /// Connect, accept, close, close.
  case connections
  /// A datagram of 64 bytes, sent and received.
  case datagrams

  /// Those of TCP.
  static let connected: [LoadKind] = [.bulk, .requests, .connections]

  /// Works as long as it is wanted.
  func run(_ count: SharedCount, at host: String) throws {
    if self == .datagrams {
      let (sender, receiver) = try Loopback.datagrams(host)
      return try Self.pass(count, sender, receiver)
    }
    let (listener, address) = try Loopback.listener(host)
    switch self {
    case .bulk:
      let (client, server) = try Loopback.connect(listener, address)
      try Self.copy(count, client, server)
    case .requests:
      let (client, server) = try Loopback.connect(listener, address)
      try Self.exchange(count, client, server)
    case .connections, .datagrams:
      while count.isWanted {
        let (client, server) = try Loopback.connect(listener, address)
        close(client)
        close(server)
        count.done += 1
      }
    }
  }

  private static func copy(_ count: SharedCount, _ client: Int32, _ server: Int32) throws {
    var buffer = [UInt8](repeating: 0x55, count: 1 << 17)
    let flags = Int32(MSG_DONTWAIT)
    while count.isWanted {
      let sent = send(client, &buffer, buffer.count, flags)
      let received = recv(server, &buffer, buffer.count, flags)
      if received > 0 { count.done += UInt64(received) }
      if received == 0 || (sent < 0 && received < 0 && errno != EAGAIN) {
        throw BenchError.system("bulk")
      }
    }
  }

  private static func pass(_ count: SharedCount, _ sender: Int32, _ receiver: Int32) throws {
    var buffer = [UInt8](repeating: 0x55, count: 64)
    while count.isWanted {
      guard send(sender, &buffer, buffer.count, 0) == buffer.count,
        recv(receiver, &buffer, buffer.count, 0) == buffer.count
      else { throw BenchError.system("datagrams") }
      count.done += 1
    }
  }

  private static func exchange(_ count: SharedCount, _ client: Int32, _ server: Int32) throws {
    var on: Int32 = 1
    for end in [client, server] {
      setsockopt(end, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }
    var buffer = [UInt8](repeating: 0x55, count: 64)
    while count.isWanted {
      for (from, to) in [(client, server), (server, client)] {
        guard send(from, &buffer, buffer.count, 0) == buffer.count,
          recv(to, &buffer, buffer.count, Int32(MSG_WAITALL)) == buffer.count
        else { throw BenchError.system("requests") }
      }
      count.done += 1
    }
  }
}
