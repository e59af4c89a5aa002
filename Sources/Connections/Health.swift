/// How the tracer itself is doing: what it follows, what it missed and what it costs.
package struct Health: Hashable, Sendable {
  /// How datagrams are counted, the best first.
  package enum UDPMethod: Hashable, Sendable {
    /// By hooks on the kernel's functions of UDP: every datagram, by socket and remote end. Costs
    /// other protocols nothing.
    case functions
    /// By programs at the root of cgroup v2, likewise. They look at each packet of TCP too, for
    /// about 0.1 µs.
    case cgroup
    /// Not, as the user asked (`--no-udp`).
    case off
    /// Not, for this reason.
    case unavailable(String)

    /// The word for it in JSON and on the screen: `cgroup`, `functions`, `off`, `unavailable`.
    package var name: String {
      switch self {
      case .cgroup: "cgroup"
      case .functions: "functions"
      case .off: "off"
      case .unavailable: "unavailable"
      }
    }
  }

  /// Where figures come from: `bpf`.
  package var source: String
  /// Connections and listeners that are followed.
  package var tracked: Int
  /// The most that can be followed at once: the slots of the table. It can be full a little earlier,
  /// as a socket has its place in a few of them.
  package var capacity: Int
  /// Sockets that found no room in the table, since the start: each that opened, and each that the
  /// first search met in its namespace. Such a socket is found again by a later search or reported at
  /// its end.
  package var tableFull: UInt64
  /// Ends whose final figures are lost, since the start, because their record found no room. The
  /// connection is reported as closed, with the figures last read and the reason `unknown`, if a
  /// batch had it; if none had, nothing is reported of it.
  package var recordsLost: UInt64
  /// Of `recordsLost`, those that came faster than batches were asked for: more than are kept until
  /// then.
  package var endsDropped: UInt64
  /// Likewise, but for a reason that is not known: no program saw these ends, or their record went
  /// astray. None of them is in `recordsLost`.
  package var endsMissed: UInt64
  /// Ends that no program saw, since the start: the kernel ran none at that moment. None of them is in
  /// `recordsLost`: each connection is reported as closed (`Connection.End.isUnseen`).
  package var endsUnseen: UInt64
  /// Batches for which the kernel refused a part of the work, a pass or a search, since the start.
  /// What they lack is in a later one.
  package var passesFailed: UInt64
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
  /// What cannot be reported on this host.
  package var gaps: [Gap]
  /// Resets sent where there was no socket, since the start: mostly segments to ports on which
  /// nobody listens. `nil` if the kernel does not report it.
  package var resetsWithoutSocket: UInt64?
  /// Packets dropped that belonged to no socket, of any protocol, since the start; `nil` if the
  /// kernel does not tell.
  package var dropsWithoutSocket: UInt64?
  /// Packets dropped whose reason was not counted, since the start: there was no room for it, or
  /// the program ran already on that CPU (`bpf_prog_info.recursion_misses`), which counts those of
  /// other sockets too.
  package var dropReasonsLost: UInt64
  /// How datagrams are counted.
  package var udp: UDPMethod
  /// Flows of UDP that are followed, and how many can be.
  package var flows: Int
  package var flowCapacity: Int
  /// Datagrams that found no room for a flow of their own, since the start: they are in the figures
  /// of their socket.
  package var flowsFull: UInt64
  /// Datagrams that are in no figure, since the first batch: their socket found no room in the table,
  /// or the kernel left the program out that counts them (`bpf_prog_info.recursion_misses`).
  package var datagramsLost: UInt64
  /// Of `tracked`, sockets whose process is not known, or only by its listener.
  package var ownersUnknown: Int
  /// Processes that hold a socket beside its owner and are not listed with it: the last search found
  /// more than there is room for.
  package var holdersFull: Int
  /// Memory of the BPF maps in bytes, which the kernel holds besides `residentBytes`.
  package var mapBytes: UInt64

  package init(
    source: String = "bpf",
    tracked: Int = 0,
    capacity: Int = 0,
    tableFull: UInt64 = 0,
    recordsLost: UInt64 = 0,
    endsDropped: UInt64 = 0,
    endsMissed: UInt64 = 0,
    endsUnseen: UInt64 = 0,
    passesFailed: UInt64 = 0,
    passTime: Duration = .zero,
    scanTime: Duration = .zero,
    cpuTime: Duration = .zero,
    residentBytes: UInt64 = 0,
    acceptsSeen: Bool = false,
    gaps: [Gap] = [],
    resetsWithoutSocket: UInt64? = nil,
    dropsWithoutSocket: UInt64? = nil,
    dropReasonsLost: UInt64 = 0,
    udp: UDPMethod = .off,
    flows: Int = 0,
    flowCapacity: Int = 0,
    flowsFull: UInt64 = 0,
    datagramsLost: UInt64 = 0,
    ownersUnknown: Int = 0,
    holdersFull: Int = 0,
    mapBytes: UInt64 = 0
  ) {
    self.source = source
    self.tracked = tracked
    self.capacity = capacity
    self.tableFull = tableFull
    self.recordsLost = recordsLost
    self.endsDropped = endsDropped
    self.endsMissed = endsMissed
    self.endsUnseen = endsUnseen
    self.passesFailed = passesFailed
    self.passTime = passTime
    self.scanTime = scanTime
    self.cpuTime = cpuTime
    self.residentBytes = residentBytes
    self.acceptsSeen = acceptsSeen
    self.gaps = gaps
    self.resetsWithoutSocket = resetsWithoutSocket
    self.dropsWithoutSocket = dropsWithoutSocket
    self.dropReasonsLost = dropReasonsLost
    self.udp = udp
    self.flows = flows
    self.flowCapacity = flowCapacity
    self.flowsFull = flowsFull
    self.datagramsLost = datagramsLost
    self.ownersUnknown = ownersUnknown
    self.holdersFull = holdersFull
    self.mapBytes = mapBytes
  }
}
