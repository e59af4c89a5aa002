package import Connections

/// SplitMix64: the same numbers for the same seed.
package struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  package init(_ seed: UInt64) {
    state = seed
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }
}

/// Batches of chance, with few enough values that many are alike.
package struct RandomBatches {
  package static let names = [
    "nginx", "Nginx", "a-process-name-", "long-prefix-that-is-shared-1",
    "long-prefix-that-is-shared-2", "日本語", "\u{1b}[31mred", "x\u{202e}y", "", "e\u{301}",
  ]
  package static let addresses = [
    "10.0.0.1", "10.0.0.2", "2001:db8::1", "2001:db8::2", "2001:db8:1:2:3:4:5:6", "::1", "0.0.0.0",
  ]

  private var generator: SeededGenerator
  private var seconds = 0.0
  private var nextCookie: UInt64 = 1
  package private(set) var known: [Connection.ID] = []

  package init(_ seed: UInt64) {
    generator = SeededGenerator(seed)
  }

  package mutating func next(deltas count: Int) -> Batch {
    seconds += [0, 0.5, 1, 1, 1, 7].randomElement(using: &generator) ?? 1
    let deltas = (0..<count).map { _ in delta() }
    let namespaces =
      Int.random(in: 0..<4, using: &generator) == 0
      ? [
        NetworkNamespace(
          inode: UInt32.random(in: 1...4, using: &generator),
          name: [nil, "web", "db", "web2"].randomElement(using: &generator) ?? nil,
          nameSource: nil
        )
      ] : []
    return Sample.batch(seconds, deltas, namespaces: namespaces)
  }

  private mutating func delta() -> Delta {
    let id = known.randomElement(using: &generator) ?? Sample.id(1)
    switch Int.random(in: 0..<10, using: &generator) {
    case 0..<4: return .counters(id, state(), counters())
    case 4: return .annotated(id, owner())
    case 5: return .ended(connection(id, isClosed: true))
    case 6: return .ended(connection(fresh(), isClosed: true))
    default: return .upsert(connection(fresh(), isClosed: false))
    }
  }

  private mutating func fresh() -> Connection.ID {
    let id = Sample.id(nextCookie / 2, nextCookie % 2)
    nextCookie += 1
    known.append(id)
    return id
  }

  private mutating func connection(_ id: Connection.ID, isClosed: Bool) -> Connection {
    let reason = Connection.CloseReason.allCases.randomElement(using: &generator) ?? .fin
    // The identity decides: a connection keeps its protocol.
    return Connection(
      id: id,
      proto: id.cookie % 3 == 0 ? .udp : .tcp,
      local: endpoint(),
      remote: endpoint(),
      netns: UInt32.random(in: 1...4, using: &generator),
      direction: [.incoming, .outgoing, .unknown].randomElement(using: &generator) ?? .unknown,
      state: isClosed ? .closed : state(),
      counters: counters(),
      owner: Bool.random(using: &generator) ? owner() : nil,
      openedAt: Bool.random(using: &generator) ? Sample.time(seconds - 0.5) : nil,
      end: isClosed ? Connection.End(at: Sample.time(seconds), reason: reason) : nil
    )
  }

  private mutating func endpoint() -> Endpoint {
    Sample.endpoint(
      Self.addresses.randomElement(using: &generator) ?? "",
      [0, 1, 22, 443, 65535].randomElement(using: &generator) ?? 0
    )
  }

  private mutating func owner() -> Owner {
    let pid = Int32.random(in: 1...9, using: &generator)
    return Sample.owner(
      pid,
      Self.names.randomElement(using: &generator) ?? "",
      command: Self.names.randomElement(using: &generator),
      uid: UInt32(pid),
      user: Bool.random(using: &generator) ? "user-with-quite-a-long-name-\(pid)" : nil,
      source: Owner.Source.allCases.randomElement(using: &generator) ?? .scan
    )
  }

  private mutating func state() -> SocketState {
    SocketState.allCases.randomElement(using: &generator) ?? .established
  }

  private mutating func counters() -> Counters {
    let values: [UInt64] = [0, 0, 1, 1000, 123_456, 1 << 61]
    func pick() -> UInt64 { values.randomElement(using: &generator) ?? 0 }
    return Counters(
      bytesSent: pick(),
      bytesReceived: pick(),
      packetsSent: pick(),
      packetsReceived: pick(),
      retransmits: UInt32(truncatingIfNeeded: pick()),
      rtt: Bool.random(using: &generator) ? UInt32(truncatingIfNeeded: pick()) : nil,
      rttVariance: UInt32(truncatingIfNeeded: pick()),
      minRTT: nil,
      congestionWindow: UInt32(truncatingIfNeeded: pick()),
      unread: UInt32(truncatingIfNeeded: pick()),
      unacknowledged: 0,
      unsent: .max
    )
  }
}
