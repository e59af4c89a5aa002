import Connections
import Testing

@testable import Tracer

extension LiveKernel {
  @Suite(.ofBPF) struct Keyframes {
    /// A reader that comes late has with a keyframe what one had that saw all batches.
    @Test func `a keyframe has what is idle too`() async throws {
      try await Lab.with { lab in
        let tracer = try Tracer(Lab.roomy)
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("10.77.0.2", 8080)
        let near = try await client.connect("10.77.0.2", 8080)
        let far = try await server.accept(listener)
        try await client.ask("write \(near.fd) 4321")
        try await server.ask("read \(far.fd) 4321")
        let cookies = Set([listener.cookie, near.cookie, far.cookie])
        func whole(_ batch: Batch) -> [UInt64: Connection] {
          var found: [UInt64: Connection] = [:]
          for case .upsert(let connection) in batch.deltas
          where cookies.contains(connection.id.cookie) { found[connection.id.cookie] = connection }
          return found
        }
        let first = try #require(try await tracer.nextBatch())
        #expect(first.sequence == 1 && first.isKeyframe)
        #expect(Set(whole(first).keys) == cookies)
        // Until nothing is left to report of them.
        for number in 2...4 {
          let batch = try #require(try await tracer.nextBatch())
          #expect(batch.sequence == UInt64(number) && !batch.isKeyframe)
          #expect(batch.boot == first.boot && batch.boot.count == 36)
          #expect(whole(batch).isEmpty)
        }
        let keyframe = try #require(try await tracer.nextBatch(isKeyframe: true))
        #expect(keyframe.isKeyframe && keyframe.sequence == 5)
        let all = whole(keyframe)
        #expect(Set(all.keys) == cookies)
        #expect(all[near.cookie]?.counters.bytesSent == 4321)
        #expect(all[far.cookie]?.owner?.process.id.pid == server.pid)
        #expect(all[near.cookie]?.remote.port == 8080)
        let later = try #require(try await tracer.nextBatch())
        #expect(!later.isKeyframe && whole(later).isEmpty)
        await tracer.stop()
      }
    }

    @Test(arguments: [false, true])
    func `a keyframe has flows of UDP, and keeps none alive`(isConnected: Bool) async throws {
      try await Lab.with { lab in
        var configuration = Lab.roomy
        configuration.flowTimeout = 3
        let tracer = try Tracer(configuration)
        guard try #require(try await tracer.nextBatch()).health.udp != .off else { return }
        let client = try lab.process(in: lab.left)
        let socket = try await client.udp("10.77.0.1", 9001)
        if isConnected { try await client.ask("connect \(socket.fd) 10.77.0.2 9000") }
        if isConnected {
          try await client.send(socket, 100)
        } else {
          try await client.send(socket, 100, to: ("10.77.0.2", 9000))
        }
        var sent: UInt64 = 0
        for case .upsert(let connection) in try #require(try await tracer.nextBatch()).deltas
        where connection.id.cookie == socket.cookie && connection.remote.port == 9000 {
          sent += connection.counters.bytesSent
        }
        #expect(sent == 100)
        var again: UInt64 = 0
        let keyframe = try #require(try await tracer.nextBatch(isKeyframe: true))
        for case .upsert(let connection) in keyframe.deltas
        where connection.id.cookie == socket.cookie && connection.remote.port == 9000 {
          again += connection.counters.bytesSent
        }
        #expect(again == 100)
        await tracer.stop()
      }
    }
  }

  @Suite(.ofBPF) struct WallClock {
    @Test func `a step of the wall clock is told, a drift is not`() {
      #expect(BootClock.wallOffset(50_000_000, after: 0) == 0)
      #expect(BootClock.wallOffset(-3_600_000_000_000, after: 0) == -3_600_000_000_000)
      #expect(
        BootClock.wallOffset(-3_599_950_000_000, after: -3_600_000_000_000) == -3_600_000_000_000
      )
      #expect(BootClock.wallOffset(0, after: -3_600_000_000_000) == 0)
      #expect(BootClock().wallOffset(after: 0) == 0)
    }
  }
}
