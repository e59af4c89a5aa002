import Connections
import Testing

@testable import Tracer

extension LiveKernel {
  /// Payload is exact, byte for byte, whatever call moves it, and each end is its process's: compared
  /// with what the programs sent and with the kernel's own answer about the same sockets.
  @Suite struct Exact {
    /// One call that sends, and one that receives what it sent.
    struct Way: CustomTestStringConvertible, Sendable {
      let send: String
      let receive: String

      var testDescription: String { "\(send), \(receive)" }

      static let all = [
        Way(send: "write", receive: "read"),
        Way(send: "writev", receive: "readv"),
        Way(send: "send", receive: "recv"),
        Way(send: "sendmsg", receive: "recvmsg"),
        Way(send: "sendmmsg", receive: "recvmmsg"),
        Way(send: "more", receive: "waitall"),
        Way(send: "zerocopy", receive: "truncate"),
        Way(send: "splice-out", receive: "splice-in"),
        Way(send: "send", receive: "peek"),
      ]
      static let uring = [
        Way(send: "uring-send", receive: "uring-recv"),
        Way(send: "uring-send-zc", receive: "uring-recv"),
      ]
    }

    /// Whether root may use io_uring. Kernels before 6.6 cannot switch it off.
    static var hasUring: Bool {
      let switched = ProcFS().read("sys/kernel/io_uring_disabled") ?? []
      return String(decoding: switched, as: UTF8.self).first != "2"
    }
    static let uringNeed: Comment = "needs io_uring, which kernel.io_uring_disabled switches off"

    /// Both ways on every path: what the client asks, what the server answers, and what it still
    /// sends when the client has said all.
    @Test(arguments: Way.all)
    func `both ways by one call`(way: Way) async throws {
      try await Lab.with { try await moveBothWays(way, $0) }
    }

    @Test(.enabled(if: hasUring, uringNeed), arguments: Way.uring)
    func `both ways by io_uring`(way: Way) async throws {
      try await Lab.with { lab in
        let process = try lab.process(in: lab.left)
        if way.send == "uring-send-zc", try await process.ask("uring-has-send-zc") == ["0"] {
          try Test.cancel("this kernel's io_uring copies all that it sends")
        }
        try await moveBothWays(way, lab)
      }
    }

    private func moveBothWays(_ way: Way, _ lab: Lab) async throws {
      let collector = try await lab.trace()
      for (index, path) in Transfers.Path.all.enumerated() {
        let pair = try await TCPPair.make(lab, path, port: 8080 + UInt16(index))
        let (request, reply, rest) = (654_321 + index, 76_543 + index, 4321)
        try await pair.move(way, request, from: .client)
        try await pair.move(way, reply, from: .server)
        let oracle = Oracle(lab, collector, pair)
        try await oracle.expect(client: request, server: reply)
        try await pair.client.ask("shutdown \(pair.near.fd)")
        try await pair.move(way, rest, from: .server)
        try await oracle.expect(client: request, server: reply + rest)
        try await pair.close()
        try await oracle.expectEnds(client: request, server: reply + rest)
      }
    }
  }
}
