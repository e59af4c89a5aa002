import Connections

/// Batches of a busy host that is not there: always the same.
enum Synthetic {
  private static let start: Int64 = 1_772_366_400_000_000_000
  private static let processes = (0..<200).map { (number: Int32) in
    Process(
      id: Process.ID(pid: 1000 + number, startTicks: UInt64(number)),
      name: "worker\(number)",
      commandLine: "/usr/bin/worker\(number) --serve",
      uid: 1000,
      user: "www",
      startedAt: Timestamp(nanoseconds: start)
    )
  }

  /// The first batch: this many connections with 20,000 hosts, of 200 processes in ten namespaces.
  ///
  /// - Parameters:
  ///   - listeners: how many sockets listen besides.
  ///   - closed: how many connections have ended besides.
  static func opening(_ count: UInt64, listeners: UInt64 = 0, closed: UInt64 = 0) -> Batch {
    let namespaces = (0..<10).map {
      NetworkNamespace(inode: 4_026_532_000 + $0, name: "web\($0)", nameSource: .ipNetns)
    }
    let end = Connection.End(at: Timestamp(nanoseconds: start), reason: .fin)
    var deltas = (0..<count).map { Delta.upsert(connection($0)) }
    deltas += (count..<count + listeners).map { .upsert(listener($0)) }
    deltas += (0..<closed).map { number in
      var connection = connection(count + listeners + number)
      connection.end = end
      connection.state = .closed
      return .ended(connection)
    }
    return batch(0, deltas, namespaces)
  }

  /// A later one, a second each: so many have new figures, others each time.
  static func change(_ changing: UInt64, of count: UInt64, round: UInt64) -> Batch {
    let deltas = (0..<changing).map { index in
      let number = (index * (count / changing) + round * 7919) % count
      let id = Connection.ID(cookie: number + 1, generation: 0)
      return Delta.counters(id, .established, counters(number, round: round))
    }
    return batch(round, deltas, [])
  }

  /// Connections that open and end within one batch, a second each.
  static func lives(_ count: UInt64, round: UInt64) -> Batch {
    let time = Timestamp(nanoseconds: start + Int64(round) * 1_000_000_000)
    let deltas = (0..<count).map { number in
      var connection = connection(round * count + number)
      connection.state = .closed
      connection.openedAt = time.shifted(by: -Int64(number) - 2_000_000)
      connection.end = Connection.End(
        at: time.shifted(by: -Int64(number) - 1_000_000),
        reason: .fin
      )
      return Delta.ended(connection)
    }
    return batch(round, deltas, [])
  }

  private static func batch(
    _ second: UInt64,
    _ deltas: [Delta],
    _ namespaces: [NetworkNamespace]
  ) -> Batch {
    Batch(
      time: Timestamp(nanoseconds: start + Int64(second) * 1_000_000_000),
      deltas: deltas,
      namespaces: namespaces,
      health: SourceHealth()
    )
  }

  private static func connection(_ number: UInt64) -> Connection {
    let process = processes[Int(number % 200)]
    return Connection(
      id: Connection.ID(cookie: number + 1, generation: 0),
      local: Endpoint(address: Address(v4: 0x0a00_0005), port: 443),
      remote: Endpoint(
        address: Address(v4: 0xc633_0000 + UInt32(number % 20_000)),
        port: UInt16(1024 + number / 20_000)
      ),
      netns: 4_026_532_000 + UInt32(number % 10),
      direction: .incoming,
      state: .established,
      counters: counters(number, round: 0),
      owner: Owner(process: process, source: .accept),
      openedAt: Timestamp(nanoseconds: start - Int64(number))
    )
  }

  private static func listener(_ number: UInt64) -> Connection {
    var listener = connection(number)
    listener.local = Endpoint(address: Address(v4: 0), port: UInt16(truncatingIfNeeded: number))
    listener.remote = Endpoint(address: Address(v4: 0), port: 0)
    listener.state = .listen
    return listener
  }

  private static func counters(_ number: UInt64, round: UInt64) -> Counters {
    // Any figures that differ: neighbours in an order are no neighbours in number.
    let scattered = (number * 2_654_435_761) % 1_000_003
    return Counters(
      bytesSent: scattered * 10 + round * (1000 + scattered),
      bytesReceived: scattered + round * 100,
      packetsSent: scattered / 100 + round,
      packetsReceived: scattered / 150 + round,
      retransmits: UInt32(truncatingIfNeeded: scattered % 17),
      rtt: UInt32(50 + scattered % 100_000),
      rttVariance: UInt32(10 + scattered % 1000),
      minRTT: UInt32(40 + scattered % 1000),
      congestionWindow: 10
    )
  }
}
