import CTracer
import Connections
import Testing

@testable import Tracer

extension LiveKernel {
  /// The scan over the open files of all processes.
  @Suite struct Scans {
    private func scanner() throws -> KernelHalf {
      try KernelHalf(
        KernelObject.Sizes(
          table: TableSize(first: 1 << 16, most: 1 << 16),
          endedBytes: 1 << 20,
          flows: DatagramPrograms.Limits(capacity: 1024, timeout: 60)
        )
      )
    }

    /// A namespace is walked where the kernel counts others: to walk one of many sockets takes long.
    @Test func `the first counts sockets as the kernel does`() async throws {
      try await Lab.with { lab in
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 8080)
        _ = try await server.listen("2001:db8::11", 8080)
        _ = try await server.udp("10.77.0.2", 8080)
        _ = try await client.connect("10.77.0.2", 8080)
        _ = try await server.accept(listener)
        // Held twice, counted once.
        _ = try await server.fork()
        // Without a connection it is no socket of TCP that the kernel counts.
        _ = try await client.socket()
        let scanner = try scanner()
        // Seen as it opens, and again by the scan.
        _ = try await server.listen("10.77.0.2", 8081)
        try scanner.scanFiles()
        let counts = NetworkNamespace.visitAll { _ in SocketCounts.here }.values
        for (namespace, tcp, udp) in [(lab.left, 1, 0), (lab.right, 4, 1)] {
          let met = scanner.socketsMet(in: namespace.inode)
          #expect([met.tcp, met.udp] == [tcp, udp])
          let kernels = try #require(counts[namespace.inode] ?? nil)
          #expect([met.tcp, met.udp] == [kernels.tcp + kernels.tcp6, kernels.udp])
        }
        #expect(scanner.socketsMet(in: 0).tcp == 0)
      }
    }

    /// A second time only if it met a process with the socket of another that it had not met.
    @Test func `once is enough where all owners are met first`() async throws {
      try await Lab.with { lab in
        let scanner = try scanner()
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 8080)
        let worker = try await server.fork()
        let deadline = ContinuousClock.now + .seconds(Patience.seconds(30))
        // Others on this host can fork meanwhile.
        while try scanner.scanFiles() != 1 {
          try #require(ContinuousClock.now < deadline)
          try await Task.sleep(for: .milliseconds(10))
        }
        func holders() throws -> [UInt32] {
          try scanner.holders().filter { $0.cookie == listener.cookie }.map(\.owner.pid)
        }
        #expect(try holders() == [UInt32(worker.pid)])

        try await server.ask("close \(listener.fd)")
        #expect(try scanner.scanFiles() > 1)
        // The worker owns it now.
        #expect(try holders() == [])
      }
    }
  }
}
