/// How the tracer itself is doing: what it follows, what it missed and what it costs.
package struct Health: Hashable, Sendable {
  /// Where figures come from: `bpf`.
  package var source: String
  /// Connections and listeners that are followed.
  package var tracked: Int
  /// How many can be followed at once.
  package var capacity: Int
  /// Openings that were not recorded because the table was full, since the start. Such a
  /// connection is found again by a later scan or reported at its end.
  package var tableFull: UInt64
  /// Ends whose final figures are lost, since the start: their record found no room, or the kernel
  /// kept them from the programs and used the socket again. The connection is reported as closed,
  /// with the figures last read and the reason `unknown`, if a batch had it.
  package var recordsLost: UInt64
  /// How long the last pass over the sockets took.
  package var passTime: Duration
  /// How long the last search for owners and unknown sockets took.
  package var scanTime: Duration
  /// CPU time that this process has used since it started, user and system, passes included.
  package var cpuTime: Duration
  /// Resident memory of this process, in bytes.
  package var residentBytes: UInt64
  /// Whether an accepted connection has its owner at once (a hook on `accept`), rather than from
  /// the next scan or at its end.
  package var acceptsSeen: Bool

  package init(
    source: String = "bpf",
    tracked: Int = 0,
    capacity: Int = 0,
    tableFull: UInt64 = 0,
    recordsLost: UInt64 = 0,
    passTime: Duration = .zero,
    scanTime: Duration = .zero,
    cpuTime: Duration = .zero,
    residentBytes: UInt64 = 0,
    acceptsSeen: Bool = false
  ) {
    self.source = source
    self.tracked = tracked
    self.capacity = capacity
    self.tableFull = tableFull
    self.recordsLost = recordsLost
    self.passTime = passTime
    self.scanTime = scanTime
    self.cpuTime = cpuTime
    self.residentBytes = residentBytes
    self.acceptsSeen = acceptsSeen
  }
}
