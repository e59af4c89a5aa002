import Connections
import SystemPackage
import Testing

@testable import Tracer

extension LiveKernel {
  /// Connections that are closed on request.
  @Suite struct Destroying {
    /// Closes a connection; cancels the test where the kernel has no means to do so.
    private func destroy(_ connection: Connection, _ collector: Collector) async throws {
      do throws(ActionError) {
        try await collector.destroy(connection)
      } catch {
        if error.code == .unsupported { try Test.cancel("\(error)") }
        throw error
      }
    }

    @Test(.needs(.reasons), arguments: ["10.77.0.2", "2001:db8::11", "::ffff:10.77.0.2"])
    func `a connection`(host: String) async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        let listener = try await server.listen("::", 8080)
        let near = try await client.connect(host, 8080)
        let far = try await server.accept(listener)
        let other = try await client.connect(host, 8080)
        let connection = try await collector.wait("the connection") { $0.live(near) }
        try await destroy(connection, collector)

        let refusal = await #expect(throws: Traffic.Refusal.self) {
          try await client.ask("read \(near.fd) 1")
        }
        #expect(refusal?.name == "ECONNABORTED")
        let end = try await collector.wait("the end") { $0.closed(near) }
        #expect(end.end?.reason == .aborted)
        #expect(end.owner?.process.id.pid == client.pid)
        let peer = try await collector.wait("the peer's end") { $0.closed(far) }
        #expect(peer.end?.reason == .reset)
        #expect(await collector.view.live(other)?.state == .established)

        let gone = await #expect(throws: ActionError.self) {
          try await collector.destroy(connection)
        }
        #expect(gone?.code == .gone)
      }
    }

    @Test func `none but this socket`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let process = try lab.process(in: lab.left)
        let listener = try await process.listen("127.0.0.1", 8080)
        let near = try await process.connect("127.0.0.1", 8080)
        let far = try await process.accept(listener)
        let live = try await collector.wait("the connection") { $0.live(near) }
        let other = Connection(
          id: Connection.ID(cookie: far.cookie, generation: 0),
          local: live.local,
          remote: live.remote,
          netns: live.netns,
          direction: .outgoing,
          state: .established,
          counters: Counters(),
          owner: live.owner,
          openedAt: nil
        )
        let gone = await #expect(throws: ActionError.self) {
          try await collector.destroy(other)
        }
        #expect(gone?.code == .gone)
        var elsewhere = live
        elsewhere.netns = 1
        let unknown = await #expect(throws: ActionError.self) {
          try await collector.destroy(elsewhere)
        }
        #expect(unknown?.code == .failed)
        try await process.ask("write \(near.fd) 100")
        try await process.ask("read \(far.fd) 100")
      }
    }

    @Test(.needs(.reasons))
    func `listeners that share a port, and a socket of one device`() async throws {
      try await Lab.with { lab in
        let collector = try await lab.trace()
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.right)
        var listeners: [Traffic.Socket] = []
        for _ in 0..<8 {
          listeners.append(try await server.listen("::", 8080, shared: true))
        }
        let bound = try await client.socket()
        try await client.ask("device \(bound.fd) veth0")
        try await client.ask("connect \(bound.fd) 10.77.0.2 8080")
        for socket in [bound, listeners[6], listeners[1], listeners[4]] {
          let connection = try await collector.wait("the socket") { $0.live(socket) }
          try await destroy(connection, collector)
          try await collector.wait("its end") { $0.closed(socket) }
        }
        try await collector.batches(2)
        let view = await collector.view
        #expect(view.closed(bound)?.end?.reason == .aborted)
        for index in [0, 2, 3, 5, 7] { #expect(view.live(listeners[index]) != nil) }
      }
    }
  }
}

@Suite struct ActionErrorTests {
  @Test(arguments: [
    (Errno.notPermitted, ActionError.Code.notPermitted, "root"),
    (.noSuchFileOrDirectory, .gone, "still open"),
    (.notSupportedOnSocket, .unsupported, "CONFIG_INET_DIAG_DESTROY"),
    (.resourceBusy, .unsupported, "process"),
    (.noBufferSpace, .failed, "try again"),
  ])
  func `why a connection is not closed`(
    error: Errno,
    code: ActionError.Code,
    advice: String
  ) {
    #expect(ActionError.closing(error).code == code)
    #expect(ActionError.closing(error).advice.contains(advice))
  }

  /// With what to do about it, on a screen of 80 columns.
  @Test(arguments: [false, true]) func `missing rights are named in a line`(isElsewhere: Bool) {
    let error = ActionError.closing(.notPermitted, isElsewhere: isElsewhere)
    #expect(error.problem.contains("CAP_NET_ADMIN"))
    #expect(error.problem.contains("CAP_SYS_ADMIN") == isElsewhere)
    for error in [error, .signalling(.max, .notPermitted)] {
      #expect("\(error.problem): \(error.advice)".count <= 80)
    }
  }

  /// CAP_NET_ADMIN is bit 12.
  @Test(arguments: [
    ("0000000000000000", true), ("ffffffffffffefff", true), ("0000000000001000", false),
  ])
  func `what cannot be closed is known before`(capabilities: String, isRefused: Bool) throws {
    let directory = try TemporaryDirectory()
    try directory.write("self/status", "CapEff:\t\(capabilities)\n")
    let proc = ProcFS(root: directory.path)
    let finder = NamespaceFinder(proc: proc)
    let host = HostSockets(finder: finder, clock: BootClock(), proc: proc)
    #expect(host.closingRefusal == (isRefused ? .closing(.notPermitted) : nil))
    // Where it is not known, the kernel says so when it is asked.
    let none = ProcFS(root: directory.path + "/none")
    let blind = HostSockets(finder: finder, clock: BootClock(), proc: none)
    #expect(blind.closingRefusal == nil)
  }
}
