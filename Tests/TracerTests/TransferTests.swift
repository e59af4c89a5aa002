import Connections
import Testing

@testable import Tracer

extension LiveKernel {
  /// Payload bytes are exact, whatever sent them.
  @Suite struct Transfers {
    /// A way from one end to the other.
    struct Path: CustomTestStringConvertible, Sendable {
      let name: String
      /// Where the server listens.
      let listen: String
      /// Where the client connects to.
      let connect: String
      let client: String
      let server: String

      var testDescription: String { name }

      static let all = [
        Path(
          name: "IPv4",
          listen: "10.77.0.2",
          connect: "10.77.0.2",
          client: "10.77.0.1",
          server: "10.77.0.2"
        ),
        Path(
          name: "IPv6",
          listen: "2001:db8::11",
          connect: "2001:db8::11",
          client: "2001:db8::10",
          server: "2001:db8::11"
        ),
        // Sockets of family AF_INET6 that carry IPv4.
        Path(
          name: "IPv4-mapped",
          listen: "::",
          connect: "::ffff:10.77.0.2",
          client: "10.77.0.1",
          server: "10.77.0.2"
        ),
      ]
    }

    @Test(arguments: Path.all, ["write", "sendfile"])
    func `bytes of both directions at both ends`(path: Path, send: String) async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen(path.listen, 8080)
        let near = try await client.connect(path.connect, 8080)
        let far = try await server.accept(listener)

        // More than the buffers hold, so that both must run at once.
        let request = 7_654_321
        let reply = 3_210_987
        async let asked = client.ask("\(send) \(near.fd) \(request)")
        try await server.ask("read \(far.fd) \(request)")
        _ = try await asked
        async let answered = server.ask("\(send) \(far.fd) \(reply)")
        try await client.ask("read \(near.fd) \(reply)")
        _ = try await answered

        let nearLive = try await collector.wait("the client's figures") { view in
          view.live(near).flatMap {
            $0.counters.bytesReceived == UInt64(reply) && $0.counters.unacknowledged == 0 ? $0 : nil
          }
        }
        let farLive = try await collector.wait("the server's figures") { view in
          view.live(far).flatMap { $0.counters.unacknowledged == 0 ? $0 : nil }
        }
        for (end, sent, received) in [(nearLive, request, reply), (farLive, reply, request)] {
          #expect(end.counters.bytesSent == UInt64(sent))
          #expect(end.counters.bytesReceived == UInt64(received))
          #expect(end.state == .established)
        }
        #expect(nearLive.local.address == Address(path.client))
        #expect(
          nearLive.remote == Endpoint(address: try #require(Address(path.server)), port: 8080)
        )
        #expect(farLive.local == nearLive.remote)
        #expect(farLive.remote == nearLive.local)
        #expect(nearLive.netns == lab.left.inode)
        #expect(farLive.netns == lab.right.inode)
        #expect(nearLive.direction == .outgoing)
        #expect(farLive.direction == .incoming)

        // A FIN takes a sequence number, and is no byte of payload.
        try await client.ask("shutdown \(near.fd)")
        try await collector.wait("the half-closed connection") { view in
          view.live(far)?.state == .closeWait && view.live(near)?.state == .finWait2 ? true : nil
        }
        #expect(await collector.view.live(far)?.counters.bytesReceived == UInt64(request))
        #expect(await collector.view.live(near)?.counters.bytesSent == UInt64(request))
        #expect(try await server.ask("drain \(far.fd)") == ["0"])
        try await server.ask("write \(far.fd) 1000")
        try await server.ask("close \(far.fd)")
        #expect(try await client.ask("drain \(near.fd)") == ["1000"])
        try await client.ask("close \(near.fd)")
        let ends = try await collector.wait("both ends") { view in
          view.closed(near).flatMap { near in view.closed(far).map { [near, $0] } }
        }
        #expect(ends.map(\.counters.bytesSent) == [UInt64(request), UInt64(reply) + 1000])
        #expect(ends.map(\.counters.bytesReceived) == [UInt64(reply) + 1000, UInt64(request)])
        #expect(ends.map(\.end?.reason) == [.fin, .fin])
        #expect(ends.map(\.local) == [nearLive.local, farLive.local])
        #expect(ends.map(\.remote) == [nearLive.remote, farLive.remote])
      }
    }

    @Test func `nothing sent, nothing received`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 8080)
        let near = try await client.connect("10.77.0.2", 8080)
        let far = try await server.accept(listener)
        try await client.ask("close \(near.fd)")
        try await server.ask("close \(far.fd)")
        let ends = try await collector.wait("both ends") { view in
          view.closed(near).flatMap { near in view.closed(far).map { [near, $0] } }
        }
        #expect(ends.map(\.counters.bytesSent) == [0, 0])
        #expect(ends.map(\.counters.bytesReceived) == [0, 0])
      }
    }
  }
}
