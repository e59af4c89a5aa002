import Connections
import Glibc
import SystemPackage
import Testing

@testable import Tracer

extension LiveKernel {
  /// Changes of state and resets, as the tracepoints report them.
  @Suite(.ofBPF) struct StateEventsLive {
    /// A port that no other test uses meanwhile.
    private let port = UInt16.random(in: 10_000..<30_000)

    private func with(
      _ transport: StateEvents.Transport,
      bufferBytes: Int = StateEvents.bufferBytes,
      _ body: (Lab, EventCollector) async throws -> Void
    ) async throws {
      guard transport != .ringBuffer || StateEvents.Transport.best == .ringBuffer else { return }
      try await Lab.with { lab in
        try await body(lab, try EventCollector(transport, bufferBytes: bufferBytes))
      }
    }

    @Test(arguments: StateEvents.Transport.allCases, ["127.0.0.1", "::1"])
    func `connect, accept and close`(transport: StateEvents.Transport, host: String) async throws {
      try await with(transport) { lab, collector in
        let port = port
        let before = Timestamp.now
        let client = try lab.process(in: lab.left)
        let server = try lab.process(in: lab.left)
        let listener = try await server.listen(host, port)
        let near = try await client.connect(host, port)
        let far = try await server.accept(listener)
        try await client.ask("close \(near.fd)")
        try await server.ask("close \(far.fd)")
        let life = try await collector.wait("the client's end") { events in
          EventCollector.life(in: events) { $0.isConnect(of: client) }
        }
        #expect(
          life.map(\.kind) == [
            .stateChange(from: .closed, to: .synSent),
            .stateChange(from: .synSent, to: .established),
            .stateChange(from: .established, to: .finWait1),
            .stateChange(from: .finWait1, to: .finWait2),
            .stateChange(from: .finWait2, to: .closed),
          ]
        )
        let address = try #require(Address(host))
        #expect(life[0].remote == Endpoint(address: address, port: port))
        let own = try #require(life[1].local)
        #expect(own.address == address && own.port != 0)
        for index in [0, 2] {
          #expect(life[index].current.pid == client.pid)
          #expect(life[index].current.uid == getuid())
          #expect(life[index].current.name == "TestTraffic")
        }
        #expect(life.allSatisfy { $0.proto == .tcp && $0.socket != 0 })
        #expect(life.map(\.monotonic) == life.map(\.monotonic).sorted())
        // Clocks differ by their readings.
        #expect(life[0].time.seconds(since: before) > -0.01)
        #expect(life[4].time.seconds(since: Timestamp.now) < 0.01)

        let served = try await collector.wait("the server's end") { events in
          EventCollector.life(in: events) { $0.isArrival(at: port) }
        }
        #expect(
          served.map(\.kind) == [
            .stateChange(from: .synReceived, to: .established),
            .stateChange(from: .established, to: .closeWait),
            .stateChange(from: .closeWait, to: .lastAck),
            .stateChange(from: .lastAck, to: .closed),
          ]
        )
        #expect(served[0].remote == own)
        #expect(served[2].current.pid == server.pid)
        let listening = try await collector.wait("the listener") { events in
          events.first {
            $0.kind == .stateChange(from: .closed, to: .listen) && $0.local?.port == port
          }
        }
        #expect(listening.current.pid == server.pid)
        #expect(await collector.lost == 0)
      }
    }

    @Test(arguments: StateEvents.Transport.allCases)
    func `a refused connect`(transport: StateEvents.Transport) async throws {
      try await with(transport) { lab, collector in
        let client = try lab.process(in: lab.left)
        let socket = try await client.socket()
        _ = await #expect(throws: Traffic.Refusal.self) {
          try await client.ask("connect \(socket.fd) 10.77.0.2 \(port)")
        }
        let life = try await collector.wait("the end") { events in
          EventCollector.life(in: events) { $0.isConnect(of: client) }
        }
        let reset: [StateEvent.Kind] =
          await collector.seesResets.received ? [.resetReceived] : []
        #expect(
          life.map(\.kind) == [.stateChange(from: .closed, to: .synSent)] + reset
            + [.stateChange(from: .synSent, to: .closed)]
        )
        if let cookie = life.compactMap(\.cookie).first { #expect(cookie == socket.cookie) }
      }
    }

    @Test(arguments: StateEvents.Transport.allCases)
    func `an abort, whose reset comes after the end`(transport: StateEvents.Transport) async throws
    {
      try await with(transport) { lab, collector in
        let port = port
        let seesResets = await collector.seesResets
        let pair = try await TCPPair.make(lab, port: port)
        try await pair.client.ask("abort \(pair.near.fd)")
        let near = try await collector.wait("the client's end") { events in
          let life = EventCollector.life(in: events) { $0.isConnect(of: pair.client) }
          return seesResets.sent && life?.last?.kind != .resetSent ? nil : life
        }
        let far = try await collector.wait("the server's end") { events in
          EventCollector.life(in: events) { $0.isArrival(at: port) }
        }
        let sent: [StateEvent.Kind] = seesResets.sent ? [.resetSent] : []
        let received: [StateEvent.Kind] = seesResets.received ? [.resetReceived] : []
        #expect(
          near.map(\.kind).suffix(1 + sent.count)
            == [.stateChange(from: .established, to: .closed)] + sent
        )
        #expect(
          Array(far.map(\.kind).dropFirst())
            == received + [.stateChange(from: .established, to: .closed)]
        )
        #expect(near.first(where: \.isEnd)?.current.pid == pair.client.pid)
      }
    }

    /// Of four connections that a client makes, one is refused and has one end only.
    @Test(arguments: StateEvents.Transport.allCases)
    func `of 5,000 short connections none is lost`(transport: StateEvents.Transport) async throws {
      try await with(transport, bufferBytes: 16 << 20) { lab, collector in
        await collector.start()
        let churn = try await Churn(Patience.crowd(5000), in: lab)
        try await churn.run()
        let clients = Set(churn.pairs.map(\.client.pid))
        let servers = Set(churn.pairs.map(\.port))
        let expected = (connected: churn.connected, accepted: churn.accepted)
        // A kernel can keep programs from running where a packet interrupts what it guards.
        let unseen = Collector.View.mostUnseen
        let (connected, accepted) = try await collector.wait("all ends") { events in
          let ends = Self.ends(in: events, clients: clients, servers: servers)
          return ends.connected < expected.connected - unseen
            || ends.accepted < expected.accepted - unseen ? nil : ends
        }
        await collector.stop()
        #expect(connected <= expected.connected)
        #expect(accepted <= expected.accepted)
        // Events that a program was kept from are among the lost.
        let lost = await collector.lost
        #expect(lost <= UInt64(unseen))
      }
    }

    /// How many connections that these clients made have ended, and how many that arrived at these
    /// ports.
    private static func ends(
      in events: [StateEvent],
      clients: Set<Int32>,
      servers: Set<UInt16>
    ) -> (connected: Int, accepted: Int) {
      var connecting: Set<UInt64> = []
      var arrived: Set<UInt64> = []
      /// Client and server: others on the host can have servers at these ports.
      var pairs: Set<[Endpoint]> = []
      var ends = (connected: 0, accepted: 0)
      for event in events {
        switch event.kind {
        case .stateChange(.closed, .synSent) where clients.contains(event.current.pid):
          connecting.insert(event.socket)
        case .stateChange(.synSent, .established) where connecting.contains(event.socket):
          if let local = event.local, let remote = event.remote { pairs.insert([local, remote]) }
        case .stateChange(.synReceived, .established):
          guard let local = event.local, let remote = event.remote else { continue }
          if servers.contains(local.port), pairs.contains([remote, local]) {
            arrived.insert(event.socket)
          }
        case .stateChange(_, .closed):
          if connecting.remove(event.socket) != nil { ends.connected += 1 }
          if arrived.remove(event.socket) != nil { ends.accepted += 1 }
        default:
          break
        }
      }
      return ends
    }

    @Test(arguments: StateEvents.Transport.allCases)
    func `asks to be drained, and counts what found no room`(
      transport: StateEvents.Transport
    ) async throws {
      // A page for each CPU has room for 28 events; a refused connection has two or more.
      let page = Int(getpagesize())
      try await with(transport, bufferBytes: page) { lab, collector in
        let client = try lab.process(in: lab.left)
        let connections = 20 * Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        func refused() async throws {
          let socket = try await client.socket()
          _ = await #expect(throws: Traffic.Refusal.self) {
            try await client.ask("connect \(socket.fd) 127.0.0.1 \(port)")
          }
          try await client.ask("close \(socket.fd)")
        }
        for _ in 0..<connections { try await refused() }
        #expect(await collector.isReadable(within: 10_000))
        await collector.drainAll()
        // The kernel tells with the next event on that CPU.
        for _ in 0..<connections {
          if await collector.lost > 0 { break }
          try await refused()
          await collector.drainAll()
        }
        #expect(await collector.lost > 0)
        #expect(await !collector.events.isEmpty)
      }
    }

    @Test(arguments: StateEvents.Transport.allCases)
    func `leave nothing behind`(transport: StateEvents.Transport) throws {
      guard transport != .ringBuffer || StateEvents.Transport.best == .ringBuffer else { return }
      func perfEvents() -> Int {
        let files = ProcFS(root: "/proc/self/fd")
        return files.names().count { files.link($0) == "anon_inode:[perf_event]" }
      }
      let before = perfEvents()
      var events: StateEvents? = try StateEvents(transport: transport)
      #expect(perfEvents() > before)
      events?.drain { _ in }
      events = nil
      #expect(perfEvents() == before)
    }

    @Test(arguments: [TraceFS.Way.detached, .ownNamespace])
    func `the formats are found where tracefs is mounted nowhere`(way: TraceFS.Way) throws {
      // Others mount other things meanwhile.
      func mounts() -> [Mount] { ProcFS().mounts.filter { $0.type == "tracefs" } }
      let before = mounts()
      let tracepoints = try #require(StateTracepoints(try TraceFS([way])))
      #expect(tracepoints.changed["skaddr"] == TracepointFormat.Field(offset: 8, size: 8))
      let reader = try #require(StateEventReader(tracepoints, clock: BootClock()))
      #expect(reader.readsResets == (true, true))
      #expect(try TraceFS([way]).format("tcp", "no_such_tracepoint") == nil)
      #expect(mounts() == before)
    }

    @Test func `a host without tracefs is said to have none`() {
      let proc = ProcFS(root: "/nonexistent")
      #expect(throws: Errno.noSuchFileOrDirectory) {
        try TraceFS([.mounted, .debugFS], proc: proc)
      }
    }
  }
}
