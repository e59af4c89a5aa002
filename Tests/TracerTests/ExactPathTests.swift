import Connections
import Glibc
import Testing

@testable import Tracer

extension LiveKernel.Exact {
  /// Whatever becomes of the bytes on their way.
  @Suite struct Ways {
    typealias Path = LiveKernel.Transfers.Path

    @Test(arguments: Path.all)
    func `one byte out of band`(path: Path) async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let pair = try await TCPPair.make(lab, path)
        try await pair.client.ask("write \(pair.near.fd) 1000")
        try await pair.client.ask("urgent \(pair.near.fd)")
        try await pair.client.ask("write \(pair.near.fd) 500")
        try await pair.server.ask("read-urgent \(pair.far.fd)")
        try await pair.server.ask("read \(pair.far.fd) 1500")
        // It is in the stream like all others.
        let oracle = Oracle(lab, collector, pair)
        try await oracle.expect(client: 1501, server: 0)
        try await pair.close()
        try await oracle.expectEnds(client: 1501, server: 0)
      }
    }

    @Test func `a peer that reads nothing for a while`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let pair = try await TCPPair.make(lab)
        async let written = pair.client.ask("write \(pair.near.fd) 20000000")
        // The window is closed, and the kernel asks whether it is still.
        while true {
          let answer = try SocketStatistics.all(in: lab.left)[pair.near.cookie]
          if answer?.fields["timer"]?.hasPrefix("(persist") == true { break }
          try await collector.batches(4)
        }
        let waiting = try #require(await collector.view.live(pair.near))
        #expect(waiting.counters.unacknowledged ?? 0 > 0)
        try await pair.server.ask("read \(pair.far.fd) 20000000")
        _ = try await written
        try await Oracle(lab, collector, pair).expect(client: 20_000_000, server: 0)
      }
    }

    @Test func `probes of a silent peer`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let pair = try await TCPPair.make(lab)
        try await pair.move(.all[0], 100, from: .client)
        let oracle = Oracle(lab, collector, pair)
        try await oracle.expect(client: 100, server: 0)
        let before = try #require(await collector.view.live(pair.near)).counters.packetsSent
        try await pair.client.ask("keep-alive \(pair.near.fd) 1")
        try await collector.wait("three probes", seconds: 30) { view in
          view.live(pair.near).flatMap { $0.counters.packetsSent >= before + 3 ? true : nil }
        }
        // They carry no payload.
        try await oracle.expect(client: 100, server: 0)
        #expect(await collector.view.live(pair.near)?.counters.retransmits == 0)
      }
    }

    @Test func `lost and sent again`() async throws {
      try await Lab.with { lab in
        try lab.loseSegments()
        let collector = try await lab.trace()
        let pair = try await TCPPair.make(lab)
        try await pair.move(.all[0], 500_000, from: .client)
        let oracle = Oracle(lab, collector, pair)
        try await oracle.expect(client: 500_000, server: 0)
        #expect(await collector.view.live(pair.near)?.counters.retransmits ?? 0 > 0)
        try await pair.close()
        try await oracle.expectEnds(client: 500_000, server: 0)
      }
    }

    @Test func `spliced from one socket to another`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let chain = try await Chain.make(lab)
        async let written = chain.first.client.ask("write \(chain.first.near.fd) 3000000")
        async let relayed = chain.proxy.ask(
          "relay \(chain.first.far.fd) \(chain.second.near.fd) 3000000"
        )
        try await chain.second.server.ask("read \(chain.second.far.fd) 3000000")
        _ = try await (written, relayed)
        try await Oracle(lab, collector, chain.first).expect(client: 3_000_000, server: 0)
        try await Oracle(lab, collector, chain.second, from: lab.right, to: lab.right)
          .expect(client: 3_000_000, server: 0)
      }
    }

    @Test func `sent on by BPF as it comes`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let chain = try await Chain.make(lab)
        try await chain.proxy.ask(
          "redirect-received \(chain.first.far.fd) \(chain.second.near.fd)"
        )
        async let written = chain.first.client.ask("write \(chain.first.near.fd) 300000")
        try await chain.second.server.ask("read \(chain.second.far.fd) 300000")
        _ = try await written
        try await Oracle(lab, collector, chain.first).expect(client: 300_000, server: 0)
        try await Oracle(lab, collector, chain.second, from: lab.right, to: lab.right)
          .expect(client: 300_000, server: 0)
      }
    }

    /// BPF takes what a process writes before it is TCP's: it counts where it goes out.
    @Test func `sent by BPF on another socket`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let chain = try await Chain.make(lab)
        try await chain.proxy.ask("redirect-sent \(chain.first.far.fd) \(chain.second.near.fd)")
        try await chain.proxy.ask("write \(chain.first.far.fd) 50000")
        try await chain.second.server.ask("read \(chain.second.far.fd) 50000")
        try await Oracle(lab, collector, chain.first).expect(client: 0, server: 0)
        try await Oracle(lab, collector, chain.second, from: lab.right, to: lab.right)
          .expect(client: 50_000, server: 0)
      }
    }

    /// What never is TCP's, the kernel's figures of TCP do not have.
    @Test func `handed by BPF to another socket of the host`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let chain = try await Chain.make(lab)
        try await chain.proxy.ask(
          "redirect-sent \(chain.first.far.fd) \(chain.second.near.fd) ingress"
        )
        try await chain.proxy.ask("write \(chain.first.far.fd) 50000")
        try await chain.proxy.ask("read \(chain.second.near.fd) 50000")
        try await Oracle(lab, collector, chain.first).expect(client: 0, server: 0)
        try await Oracle(lab, collector, chain.second, from: lab.right, to: lab.right)
          .expect(client: 0, server: 0)
      }
    }

    static let hasTLS: Bool = {
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(descriptor) }
      // Asked before the connection is: ENOTCONN where the kernel has it.
      return setsockopt(descriptor, Int32(IPPROTO_TCP), 31, "tls", 4) < 0 && errno == ENOTCONN
    }()

    /// With encryption in the kernel its figures are those of the records: of AES-GCM in TLS 1.2,
    /// 29 bytes each besides the payload.
    @Test(.enabled(if: hasTLS, "needs the kernel's module tls"))
    func `encrypted by the kernel`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let pair = try await TCPPair.make(lab)
        try await pair.client.ask("tls \(pair.near.fd)")
        try await pair.server.ask("tls \(pair.far.fd)")
        try await pair.move(.all[0], 10_000, from: .client)
        try await pair.move(.all[0], 100, from: .server)
        try await Oracle(lab, collector, pair).expect(client: 10_029, server: 129)
      }
    }
  }

  /// A client on the left, a proxy on the right, and a server that the proxy is connected to.
  private struct Chain {
    let proxy: Traffic
    let first: TCPPair
    let second: TCPPair

    static func make(_ lab: Lab) async throws -> Chain {
      let first = try await TCPPair.make(lab)
      let backend = try lab.process(in: lab.right)
      let listener = try await backend.listen("127.0.0.1", 9090)
      let near = try await first.server.connect("127.0.0.1", 9090)
      let far = try await backend.accept(listener)
      let second = TCPPair(client: first.server, server: backend, near: near, far: far)
      return Chain(proxy: first.server, first: first, second: second)
    }
  }
}
