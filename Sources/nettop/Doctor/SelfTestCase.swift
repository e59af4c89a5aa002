import Connections

/// Traffic that the self-test makes, of which all is known.
struct SelfTestCase: Sendable {
  let name: String
  let proto: TransportProtocol
  /// What a source has to know to see it.
  var needs: [SourceHealth.Gap] = []
  /// Makes it, and returns what has to be seen. Probes with open sockets are closed in their order.
  let make: @Sendable () throws(TestSocket.Refusal) -> [Probe]

  static let all = [
    SelfTestCase(name: "TCP over IPv4", proto: .tcp, make: transfer(v4)),
    SelfTestCase(name: "TCP over IPv6", proto: .tcp, make: transfer(v6)),
    SelfTestCase(name: "TCP, short", proto: .tcp, needs: [.shortLived, .openers], make: short),
    SelfTestCase(name: "TCP, reset", proto: .tcp, needs: [.reasons], make: reset),
    SelfTestCase(name: "TCP, refused", proto: .tcp, needs: [.openers], make: refused),
    SelfTestCase(name: "TCP, listener", proto: .tcp, make: listener),
    SelfTestCase(name: "MPTCP", proto: .mptcp, needs: [.direction], make: transfer(v4, .mptcp)),
    SelfTestCase(name: "UDP over IPv4", proto: .udp, needs: [.datagrams], make: datagrams(v4)),
    SelfTestCase(name: "UDP over IPv6", proto: .udp, needs: [.datagrams], make: datagrams(v6)),
  ]

  private static let v4 = Address(v4: 0x7f00_0001)
  private static let v6 = Address(high: 0, low: 1)

  private typealias Make = @Sendable () throws(TestSocket.Refusal) -> [Probe]

  private static func pair(
    _ address: Address,
    _ proto: TransportProtocol = .tcp
  ) throws(TestSocket.Refusal) -> (client: TestSocket, server: TestSocket) {
    let listener = try TestSocket(proto, address)
    try listener.listen(backlog: 1)
    let client = try TestSocket(proto, address)
    try client.connect(port: listener.port)
    return (client, try listener.accept())
  }

  /// A connection with traffic both ways, seen open and after its end.
  private static func transfer(_ address: Address, _ proto: TransportProtocol = .tcp) -> Make {
    { () throws(TestSocket.Refusal) in
      let (client, server) = try pair(address, proto)
      try client.transfer(1_234_567, to: server)
      try server.transfer(98_765, to: client)
      var probes = [
        Probe("client", client, .outgoing, sent: 1_234_567, received: 98_765, end: .fin),
        Probe("server", server, .incoming, sent: 98_765, received: 1_234_567, end: .fin),
      ]
      (probes[0].remotePort, probes[1].remotePort) = (server.port, client.port)
      return probes
    }
  }

  /// One that lives for less than an interval.
  private static let short: Make = { () throws(TestSocket.Refusal) in
    let (client, server) = try pair(v4)
    try client.transfer(4321, to: server)
    try server.transfer(1234, to: client)
    return [
      Probe("client", client, .outgoing, sent: 4321, received: 1234, end: .fin).closed(),
      Probe("server", server, .incoming, sent: 1234, received: 4321, end: .fin).closed(),
    ]
  }

  /// One that its server resets.
  private static let reset: Make = { () throws(TestSocket.Refusal) in
    let (client, server) = try pair(v4)
    try client.transfer(777, to: server)
    var probes = [
      Probe("server", server, .incoming, received: 777, end: .reset),
      Probe("client", client, .outgoing, sent: 777, end: .reset),
    ]
    server.abort()
    client.close()
    for index in probes.indices { probes[index].socket = nil }
    return probes
  }

  /// An attempt that nobody answers but with a reset.
  private static let refused: Make = { () throws(TestSocket.Refusal) in
    let holder = try TestSocket(.tcp, v4)
    try holder.bind()
    let client = try TestSocket(.tcp, v4)
    let probe = Probe("client", client, .outgoing, end: .refused)
    do throws(TestSocket.Refusal) {
      try client.connect(port: holder.port)
    } catch {
      return [probe.closed()]
    }
    throw TestSocket.Refusal(call: "connect succeeded", code: 0)
  }

  /// A listener that has two connections waiting. They are its clients', which end with it.
  private static let listener: Make = { () throws(TestSocket.Refusal) in
    let listener = try TestSocket(.tcp, v4)
    try listener.listen(backlog: 5)
    var probe = Probe("listener", listener, nil, end: nil)
    probe.accepted = 2
    var probes = [probe]
    for number in 1...2 {
      let client = try TestSocket(.tcp, v4)
      try client.connect(port: listener.port)
      probes.append(Probe("client \(number)", client, .outgoing, end: .reset))
    }
    return probes
  }

  /// Datagrams between two sockets, of which one has its peer set.
  private static func datagrams(_ address: Address) -> Make {
    { () throws(TestSocket.Refusal) in
      let server = try TestSocket(.udp, address)
      try server.bind()
      let client = try TestSocket(.udp, address)
      try client.bind()
      try client.transfer(20, ofSize: 1000, to: server)
      try server.transfer(7, ofSize: 500, to: client)
      func probe(
        _ role: String,
        _ socket: TestSocket,
        _ peer: TestSocket,
        _ sent: (count: Int, size: Int),
        _ received: (count: Int, size: Int)
      ) -> Probe {
        var probe = Probe(
          role,
          socket,
          nil,
          sent: sent.count * sent.size,
          received: received.count * received.size,
          end: .closed
        )
        probe.remotePort = peer.port
        probe.datagramsSent = UInt64(sent.count)
        probe.datagramsReceived = UInt64(received.count)
        return probe
      }
      return [
        probe("client", client, server, (20, 1000), (7, 500)),
        probe("server", server, client, (7, 500), (20, 1000)),
      ]
    }
  }
}
