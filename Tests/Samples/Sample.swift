package import Connections

/// Batches for tests: seconds are counted from `Sample.start`.
package enum Sample {
  /// 2026-03-01 12:00:00 UTC.
  package static let start: Int64 = 1_772_366_400_000_000_000

  package static func time(_ seconds: Double) -> Timestamp {
    Timestamp(nanoseconds: start + Int64(seconds * 1e9))
  }

  package static func id(_ cookie: UInt64, _ generation: UInt64 = 0) -> Connection.ID {
    Connection.ID(cookie: cookie, generation: generation)
  }

  package static func owner(
    _ pid: Int32,
    _ name: String,
    command: String? = nil,
    uid: UInt32 = 0,
    user: String? = "root",
    source: Owner.Source = .connect
  ) -> Owner {
    let process = Process(
      id: Process.ID(pid: pid, startTicks: UInt64(pid)),
      name: name,
      commandLine: command ?? "/usr/bin/\(name)",
      uid: uid,
      user: user,
      startedAt: time(-3600)
    )
    return Owner(process: process, source: source)
  }

  /// The process that `owner` has.
  package static func process(_ pid: Int32) -> Process { owner(pid, "p\(pid)").process }

  package static func endpoint(_ address: String, _ port: UInt16) -> Endpoint {
    Endpoint(address: Address(address) ?? Address(v4: 0), port: port)
  }

  package static func connection(
    _ cookie: UInt64,
    proto: TransportProtocol = .tcp,
    local: Endpoint = endpoint("10.0.0.5", 40000),
    remote: Endpoint = endpoint("192.0.2.1", 443),
    netns: UInt32 = 4_026_531_840,
    direction: Connection.Direction = .outgoing,
    state: SocketState = .established,
    counters: Counters = Counters(),
    owner: Owner? = nil,
    openedAt: Double? = nil,
    closed: (Double, Connection.CloseReason)? = nil
  ) -> Connection {
    Connection(
      id: id(cookie),
      proto: proto,
      local: local,
      remote: remote,
      netns: netns,
      direction: direction,
      state: state,
      counters: counters,
      owner: owner,
      openedAt: openedAt.map(time),
      end: closed.map { Connection.End(at: time($0.0), reason: $0.1) }
    )
  }

  package static func batch(
    _ seconds: Double,
    _ deltas: [Delta] = [],
    namespaces: [NetworkNamespace] = [],
    health: SourceHealth = SourceHealth()
  ) -> Batch {
    Batch(time: time(seconds), deltas: deltas, namespaces: namespaces, health: health)
  }

  package static let namespaces = [
    NetworkNamespace(inode: 4_026_531_840, name: "host", nameSource: .host, isOwn: true),
    NetworkNamespace(inode: 4_026_532_100, name: "web", nameSource: .ipNetns),
    NetworkNamespace(inode: 4_026_532_200, name: nil, nameSource: nil),
  ]

  /// A host with a little of everything, at its first batch.
  package static let first = batch(
    0,
    [
      .upsert(
        connection(
          1,
          local: endpoint("0.0.0.0", 443),
          remote: endpoint("0.0.0.0", 0),
          direction: .unknown,
          state: .listen
        )
      ),
      .upsert(
        connection(
          2,
          counters: counters(5_000_000, 120_000, rtt: 12_300, retransmits: 3),
          owner: owner(1234, "curl", command: "curl https://example.org/", uid: 1000, user: "ann")
        )
      ),
      .upsert(
        connection(
          3,
          local: endpoint("2001:db8::1", 22),
          remote: endpoint("2001:db8:1234:5678:9abc:def0:1234:5678", 51234),
          direction: .incoming,
          counters: counters(9000, 7000, rtt: 850),
          owner: owner(77, "sshd", command: "sshd: ann [priv]", source: .accept)
        )
      ),
      .upsert(
        connection(
          4,
          local: endpoint("10.1.0.2", 8080),
          remote: endpoint("10.1.0.9", 60000),
          netns: 4_026_532_100,
          direction: .incoming,
          state: .closeWait,
          counters: counters(77, 0, rtt: 350_000, retransmits: 12),
          owner: owner(4321, "nginx", command: "nginx: worker process", uid: 33, user: nil)
        )
      ),
      .upsert(connection(5, netns: 4_026_532_200, direction: .unknown, state: .timeWait)),
    ],
    namespaces: namespaces,
    health: health(0)
  )

  /// A second later: some traffic, one more connection, and two that ended.
  package static let second = batch(
    1,
    [
      .counters(id(2), .established, counters(6_290_000, 130_000, rtt: 14_100, retransmits: 5)),
      .upsert(
        connection(
          6,
          local: endpoint("10.0.0.5", 40001),
          remote: endpoint("198.51.100.7", 5432),
          state: .synSent,
          owner: owner(900, "postgres-proxy", uid: 70, user: "postgres"),
          openedAt: 0.4
        )
      ),
      .ended(
        connection(
          7,
          local: endpoint("127.0.0.1", 40002),
          remote: endpoint("127.0.0.1", 80),
          state: .closed,
          counters: counters(512, 20_480, rtt: 40),
          owner: owner(1234, "curl", command: "curl https://example.org/", uid: 1000, user: "ann"),
          openedAt: 0.2,
          closed: (0.3, .refused)
        )
      ),
      .ended(
        connection(
          5,
          netns: 4_026_532_200,
          direction: .unknown,
          state: .closed,
          closed: (0.9, .fin)
        )
      ),
    ],
    health: health(1)
  )

  package static func counters(
    _ received: UInt64,
    _ sent: UInt64,
    rtt: UInt32? = nil,
    retransmits: UInt32 = 0
  ) -> Counters {
    Counters(
      bytesSent: sent,
      bytesReceived: received,
      packetsSent: sent / 1000,
      packetsReceived: received / 1400,
      retransmits: retransmits,
      rtt: rtt,
      rttVariance: rtt.map { $0 / 4 },
      minRTT: rtt.map { $0 / 2 },
      congestionWindow: 10,
      unread: 0,
      unacknowledged: 1400
    )
  }

  private static func health(_ second: Int) -> SourceHealth {
    SourceHealth(
      tracked: 5,
      capacity: 131_072,
      passTime: .microseconds(1250),
      scanTime: .milliseconds(31),
      cpuTime: .milliseconds(100 + second * 25),
      residentBytes: 21_500_000,
      mapBytes: 31_500_000,
      udp: .cgroup
    )
  }
}
