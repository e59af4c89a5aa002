import Glibc

/// A load in one network namespace: the sockets that it works with.
struct LoadWork {
  private let kind: LoadKind
  private var listener: (socket: Int32, address: sockaddr_in)?
  private var ends: (client: Int32, server: Int32) = (-1, -1)

  /// Makes the sockets, in the namespace of the calling thread.
  init(_ kind: LoadKind, at host: String) throws {
    self.kind = kind
    switch kind {
    case .spin: break
    case .datagrams:
      let (sender, receiver) = try Loopback.datagrams(host)
      ends = (sender, receiver)
    case .connections: listener = try Loopback.listener(host)
    case .bulk, .requests:
      let (listener, address) = try Loopback.listener(host)
      ends = try Loopback.connect(listener, address)
      var on: Int32 = kind == .requests ? 1 : 0
      for end in [ends.client, ends.server] {
        setsockopt(end, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
      }
    }
  }

  /// Works as long as it is wanted on this side.
  ///
  /// - Parameter rate: how many pieces of work a second, on average since the load began; 0 for as
  ///   many as it can.
  func run(_ count: SharedCount, side: UInt64, rate: Double, since start: Double) throws {
    var buffer = [UInt8](repeating: 0x55, count: kind == .bulk ? 1 << 17 : 64)
    while count.isWanted, count.side == side {
      switch kind {
      case .bulk: count.done += try copy(&buffer)
      case .requests:
        try pass(ends.client, ends.server, &buffer)
        try pass(ends.server, ends.client, &buffer)
        count.done += 1
      case .connections:
        guard let listener else { return }
        let (client, server) = try Loopback.connect(listener.socket, listener.address)
        close(client)
        close(server)
        count.done += 1
      case .datagrams:
        try pass(ends.client, ends.server, &buffer)
        count.done += 1
      case .spin: count.done += 1
      }
      if rate > 0 {
        while count.isWanted, Double(count.done) > rate * (Clocks.now - start) { usleep(1000) }
      }
    }
  }

  /// - Returns: how many bytes came.
  private func copy(_ buffer: inout [UInt8]) throws -> UInt64 {
    let flags = Int32(MSG_DONTWAIT)
    let sent = send(ends.client, &buffer, buffer.count, flags)
    let received = recv(ends.server, &buffer, buffer.count, flags)
    if received == 0 || (sent < 0 && received < 0 && errno != EAGAIN) {
      throw BenchError.system("bulk")
    }
    return UInt64(max(0, received))
  }

  private func pass(_ from: Int32, _ to: Int32, _ buffer: inout [UInt8]) throws {
    guard send(from, &buffer, buffer.count, 0) == buffer.count,
      recv(to, &buffer, buffer.count, Int32(MSG_WAITALL)) == buffer.count
    else { throw BenchError.system("\(kind)") }
  }
}
