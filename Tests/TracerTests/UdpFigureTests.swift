import Connections
import Testing

@testable import Tracer

extension LiveKernel {
  /// Datagrams and their payload are those that were sent, however that was done.
  @Suite(.needs(.datagrams)) struct UdpFigures {
    /// A way to send: the call, the bytes of each datagram or piece, and how many.
    struct Way: Sendable {
      let call: String
      let bytes: Int
      let count: Int
      /// As datagrams: payload and number.
      var datagrams: (UInt64, UInt64) {
        (UInt64(bytes * count), call == "cork" ? 1 : UInt64(count))
      }

      init(_ call: String, _ bytes: Int, _ count: Int) {
        self.call = call
        self.bytes = bytes
        self.count = count
      }
    }

    private static let ways = [
      Way("sendto", 100, 7), Way("sendto", 0, 3), Way("sendto", 60_000, 2), Way("sendmsg", 1200, 5),
      Way("sendmmsg", 333, 40), Way("segment", 1000, 9), Way("cork", 700, 6),
    ]

    /// Where the server is, and what the client calls it; both names of the family of their socket.
    struct Place: Sendable {
      let server: String
      let name: String
    }

    /// Sends in one way and a datagram back, and compares both ends.
    private func exchange(
      _ way: Way,
      _ place: Place,
      port: UInt16,
      connected: Bool,
      gro: Bool = false,
      _ client: Traffic,
      _ server: Traffic,
      _ collector: Collector
    ) async throws {
      let near = try await client.udp(family: place.name.contains(":") ? 6 : 4)
      let far = try await server.udp(place.server, port)
      if gro { try await server.ask("udp-set \(far.fd) gro 1") }
      if connected { try await client.ask("connect \(near.fd) \(place.name) \(port)") }
      let (bytes, count) = way.datagrams
      try await client.send(
        near,
        way.bytes,
        count: way.count,
        by: way.call,
        to: connected ? nil : (place.name, port)
      )
      let from = try await server.ask(
        gro ? "udp-read \(far.fd) 1 \(bytes)" : "udp-read \(far.fd) \(count) \(bytes)"
      )
      let back = try #require(UInt16(from[1]))
      try await server.send(far, 55, to: (from[0], back))
      try await client.ask("udp-read \(near.fd) 1 55")

      try await collector.wait("\(way) \(connected)") { view in
        let near = view.row(near, port)?.datagrams
        let far = view.row(far, back)?.datagrams
        return near == [bytes, count, 55, 1] && far == [55, 1, bytes, count] ? true : nil
      }
      try await collector.batches(2)
      let view = await collector.view
      let there = try #require(view.row(near, port))
      #expect(there.datagrams == [bytes, count, 55, 1])
      #expect(there.proto == .udp)
      #expect(there.state == .established)
      #expect(there.direction == .outgoing)
      #expect(there.remote.address == Address(place.server))
      #expect(there.local.port == back)
      #expect(there.owner?.process.id.pid == client.pid)
      #expect(there.owner?.source == .create)
      #expect(there.counters.retransmits == nil)
      #expect(there.counters.rtt == nil)
      let here = try #require(view.row(far, back))
      #expect(here.direction == .incoming)
      #expect(here.local.description == there.remote.description)
      #expect(here.owner?.process.id.pid == server.pid)
      // The socket that waits for anyone has a row of its own; one that is connected has not.
      #expect(view.row(far, 0)?.state == .unconnected)
      #expect((view.row(near, 0) == nil) == connected)
      #expect(view.rows(near).count == (connected ? 1 : 2))
      for (socket, process) in [(near, client), (far, server)] {
        try await process.ask("close \(socket.fd)")
      }
      let ends = try await collector.wait("both ends") { view in
        let ends = (view.ended(near) + view.ended(far)).filter { $0.remote.port != 0 }
        return ends.count == 2 && view.rows(near).isEmpty && view.rows(far).isEmpty ? ends : nil
      }
      #expect(Set(ends.map(\.datagrams)) == [[bytes, count, 55, 1], [55, 1, bytes, count]])
      #expect(ends.allSatisfy { $0.end?.reason == .closed })
    }

    @Test(arguments: [
      Place(server: "10.77.0.2", name: "10.77.0.2"),
      Place(server: "2001:db8::11", name: "2001:db8::11"),
      Place(server: "10.77.0.2", name: "::ffff:10.77.0.2"),
    ])
    func `of all ways to send`(place: Place) async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        var port: UInt16 = 7000
        for way in Self.ways {
          for connected in [true, false] {
            port += 1
            try await exchange(
              way,
              place,
              port: port,
              connected: connected,
              client,
              server,
              collector
            )
          }
        }
        // Received in one call, on another device.
        try await exchange(
          Way("segment", 1000, 9),
          Place(server: "127.0.0.1", name: "127.0.0.1"),
          port: 7900,
          connected: true,
          gro: true,
          client,
          try lab.process(in: lab.left),
          collector
        )
      }
    }

    @Test(arguments: ["10.77.0.2", "2001:db8::11"])
    func `of datagrams whose IP header is longer`(host: String) async throws {
      try await Lab.with { lab in
        let isV6 = host.contains(":")
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let near = try await client.udp(family: isV6 ? 6 : 4)
        let far = try await server.udp(host, 9400)
        try await client.ask("udp-set \(near.fd) \(isV6 ? "options6" : "options4") 1")
        // And in fragments too.
        for bytes in [100, 9000] { try await client.send(near, bytes, to: (host, 9400)) }
        let from = try await server.ask("udp-read \(far.fd) 2 9100")
        let port = try #require(UInt16(from[1]))
        try await collector.wait("both datagrams") { view in
          view.row(near, 9400)?.datagrams == [9100, 2, 0, 0]
            && view.row(far, port)?.datagrams == [0, 0, 9100, 2] ? true : nil
        }
      }
    }

    @Test func `of multicast: each copy at its receiver, the datagram once at its sender`()
      async throws
    {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let sender = try lab.process(in: lab.left)
        let receiver = try lab.process(in: lab.right)
        let from = try await sender.udp("10.77.0.1", 9101)
        try await sender.ask("udp-join \(from.fd) 239.1.1.1 10.77.0.1")
        let near = try await sender.udp("0.0.0.0", 9100)
        try await sender.ask("udp-join \(near.fd) 239.1.1.1 10.77.0.1")
        let far = try await receiver.udp("0.0.0.0", 9100)
        let second = try await receiver.udp("0.0.0.0", 9100)
        for socket in [far, second] {
          try await receiver.ask("udp-join \(socket.fd) 239.1.1.1 10.77.0.2")
        }
        try await sender.send(from, 100, count: 5, to: ("239.1.1.1", 9100))
        try await sender.ask("udp-read \(near.fd) 5 500")
        for socket in [far, second] { try await receiver.ask("udp-read \(socket.fd) 5 500") }
        try await collector.wait("all copies") { view in
          [near, far, second].allSatisfy { view.row($0, 9101)?.datagrams == [0, 0, 500, 5] }
            && view.row(from, 9100)?.datagrams == [500, 5, 0, 0] ? true : nil
        }
        #expect(await collector.view.row(far, 9101)?.local.description == "239.1.1.1:9100")
      }
    }

    @Test func `of broadcast`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let sender = try lab.process(in: lab.left)
        let receiver = try lab.process(in: lab.right)
        let from = try await sender.udp("10.77.0.1", 9201)
        try await sender.ask("udp-set \(from.fd) broadcast 1")
        let first = try await receiver.udp("0.0.0.0", 9200)
        let second = try await receiver.udp("0.0.0.0", 9200)
        try await sender.send(from, 80, count: 3, to: ("10.77.0.255", 9200))
        for socket in [first, second] { try await receiver.ask("udp-read \(socket.fd) 3 240") }
        try await collector.wait("all copies") { view in
          [first, second].allSatisfy { view.row($0, 9201)?.datagrams == [0, 0, 240, 3] }
            && view.row(from, 9200)?.datagrams == [240, 3, 0, 0] ? true : nil
        }
      }
    }

    @Test(arguments: [true, false])
    func `of drops and queues, as the kernel answers ss`(connected: Bool) async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let sender = try lab.process(in: lab.left)
        let receiver = try lab.process(in: lab.right)
        let from = try await sender.udp("10.77.0.1", 9301)
        let full = try await receiver.udp("10.77.0.2", 9300)
        if connected { try await receiver.ask("connect \(full.fd) 10.77.0.1 9301") }
        try await receiver.ask("udp-set \(full.fd) buffer 4096")
        try await sender.send(from, 1000, count: 200, to: ("10.77.0.2", 9300))
        let port: UInt16 = connected ? 9301 : 0
        try await collector.wait("the drops") { view in
          view.row(full, 9301)?.counters.packetsReceived == 200
            && view.row(full, port)?.counters.drops ?? 0 > 0 ? true : nil
        }
        try await collector.batches(2)
        let answer = try #require(try SocketStatistics.udp(in: lab.right)[full.cookie])
        let own = try #require(await collector.view.row(full, port))
        #expect(own.counters.drops == answer.counters.drops)
        #expect(own.counters.unread == answer.counters.unread)
        #expect(own.counters.unacknowledged == answer.counters.unacknowledged)
        #expect(own.state.name == answer.stateName)
        #expect(answer.counters.drops ?? 0 > 100)
        #expect(answer.counters.unread ?? 0 > 0)
        // Dropped ones came too.
        #expect(await collector.view.row(full, 9301)?.counters.bytesReceived == 200_000)
      }
    }

    /// The kernel half finds a flow by a word computed from its key. Two addresses can be chosen so
    /// that it is the same for both.
    @Test func `of remote addresses that were chosen to be confused`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        try run("ip", "-n", lab.left.name, "route", "add", "local", "fd00::/16", "dev", "lo")
        let process = try lab.process(in: lab.left)
        let server = try await process.udp("::", 9000)
        let socket = try await process.udp(family: 6)
        let sent = [
          "fd00:1:2:3:4:5:6:7": (bytes: 10, count: 3),
          "fd00:81:2:3:4:85:6:87": (bytes: 21, count: 2),
        ]
        for number in 0..<3 {
          for (address, datagrams) in sent where number < datagrams.count {
            try await process.send(socket, datagrams.bytes, to: (address, 9000))
          }
        }
        for (address, datagrams) in sent {
          let expected = [UInt64(datagrams.bytes * datagrams.count), UInt64(datagrams.count), 0, 0]
          try await collector.wait("what \(address) got") { view in
            view.rows(socket).first { $0.remote.description == "[\(address)]:9000" }?.datagrams
              == expected ? true : nil
          }
        }
        _ = server
      }
    }
  }
}
