/// How much a live source follows.
package struct SourceConfiguration: Sendable {
  /// How many connections and listeners are followed at once, at least; `nil`: by the memory of
  /// the host. The kernel takes about 400 bytes for each.
  package var capacity: Int?
  /// Room in bytes for the final records of connections that end between two batches; rounded up
  /// to a power of two. More ends than fit are counted in `SourceHealth.losses` (`ends`).
  package var endedBytes = 4 << 20
  /// How many ends are kept until a batch is asked for, about 400 bytes each. More are counted in
  /// `SourceHealth.losses` (`surplus`). Two for each connection of a second, where 30,000 come and go in one.
  package var endedLimit = 1 << 17
  /// Whether UDP is followed too.
  package var followsUDP = true
  /// How many flows of UDP are distinguished at once, at least. Datagrams beyond are added to the
  /// figures of their socket. The kernel takes about 220 bytes for each.
  package var flowCapacity = 60_000
  /// How many seconds without a datagram end a flow of UDP.
  package var flowTimeout = 60.0
  /// Seconds between scans for owners that nothing else asks for. A scan costs a hundredth of a CPU
  /// at most, however short this is.
  package var scanPeriod = 10.0

  package init() {}
}
