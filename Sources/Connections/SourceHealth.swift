/// How a source itself is doing: what it follows, what it has lost and cannot know, and what it costs.
package struct SourceHealth: Hashable, Sendable {
  /// Why a source stands in for one that knows more, in phrases.
  package struct Notice: Hashable, Sendable {
    /// What it shows, or why the other one does not work.
    package let reason: String
    /// What would bring the other one.
    package let remedy: String
    /// The first of several ways of `remedy`, for a narrow screen.
    package let firstRemedy: String

    package init(reason: String, remedy: String, firstRemedy: String? = nil) {
      self.reason = reason
      self.remedy = remedy
      self.firstRemedy = firstRemedy ?? remedy
    }

    package var text: String { "\(reason); \(remedy)" }
  }

  /// A kind of fact that a source does not know.
  package enum Gap: String, CaseIterable, Sendable {
    /// How many connections a listener has accepted.
    case accepted
    /// Which end opened a connection of MPTCP, or one of TCP that is always busy.
    case direction
    /// The final figures of a connection whose process resets it, or keeps its socket after the end: the
    /// last sample had those that are reported. If no sample had it, it is reported once the socket is
    /// closed.
    case heldEnds = "held_ends"
    /// Whether a connection timed out, could not be made, was given up or aborted, and the error that it
    /// left. Resets and FINs are told apart with events only.
    case reasons
    /// Who connected and closed, when, and whether by a reset, of connections shorter than an interval.
    case openers
    /// Connections that open and end between two samples, and the final figures of all.
    case shortLived = "short_lived"
    /// Bytes and datagrams of UDP.
    case datagrams
    /// Why segments were retransmitted or dropped.
    case causes

    /// What is not known, as a phrase.
    package var meaning: String {
      switch self {
      case .accepted: "how many connections a listener accepted"
      case .direction: "which end opened a connection that is busy, or of MPTCP"
      case .reasons: "whether a connection timed out, could not be made, was given up or aborted"
      case .heldEnds: "final figures of a connection whose process resets it or keeps the socket"
      case .openers: "who had a connection shorter than an interval, and how it ended"
      case .shortLived: "connections shorter than an interval, and final figures"
      case .datagrams: "bytes and datagrams of UDP"
      case .causes: "why segments were retransmitted or dropped"
      }
    }
  }

  /// How datagrams are counted, the best first.
  package enum UDPMethod: CaseIterable, Hashable, Sendable {
    /// By hooks on the kernel's functions of UDP: every datagram, by socket and remote end. Costs
    /// other protocols nothing.
    case functions
    /// By programs at the root of cgroup v2, likewise. They also run for each packet of TCP, for
    /// about 0.1 µs.
    case cgroup
    /// Not at all: only the sockets, their queues and drops are known.
    case sockets
    /// Not, and no socket is shown, as the user asked (`--no-udp`), or because this host does not allow it
    /// (`limitations`).
    case off
  }

  /// Where figures come from: `bpf`, `diag`.
  package var source: String
  /// Why this source stands in for one that knows more; `nil` if it does not.
  package var notice: Notice?
  /// What it never knows.
  package var gaps: Set<Gap>
  /// Connections and listeners that are followed.
  package var tracked: Int
  /// The most that can be followed at once: the slots of the table; 0 if there is no limit. It can be
  /// full a little earlier, as a socket has its place in a few of them.
  package var capacity: Int
  /// Of `tracked`, sockets whose process is not known, or only by its listener.
  package var ownersUnknown: Int
  /// What has been lost since the start: kinds of which nothing was lost are not among it.
  package private(set) var losses: [Loss]
  /// What cannot be reported on this host.
  package var limitations: [Limitation]
  /// How long the last pass over the sockets took.
  package var passTime: Duration
  /// How long the last search for owners and unknown sockets took.
  package var scanTime: Duration
  /// CPU time that this process has used since it started, user and system, passes included.
  package var cpuTime: Duration
  /// Resident memory of this process, in bytes.
  package var residentBytes: UInt64
  /// Memory of the BPF maps in bytes, which the kernel holds besides `residentBytes`.
  package var mapBytes: UInt64
  /// Whether an accepted connection has its owner at once (a hook on `accept`), rather than from
  /// the next scan or at its end.
  package var acceptsSeen: Bool
  /// Resets sent where there was no socket, since the start: mostly segments to ports on which
  /// nobody listens. `nil` if the kernel does not report it.
  package var resetsWithoutSocket: UInt64?
  /// Packets dropped that belonged to no socket, of any protocol, since the start; `nil` if the
  /// kernel does not report it.
  package var dropsWithoutSocket: UInt64?
  /// How datagrams are counted.
  package var udp: UDPMethod
  /// Flows of UDP that are followed, and how many can be.
  package var flows: Int
  package var flowCapacity: Int

  package init(
    source: String = "bpf",
    notice: Notice? = nil,
    gaps: Set<Gap> = [],
    tracked: Int = 0,
    capacity: Int = 0,
    ownersUnknown: Int = 0,
    losses: [Loss] = [],
    limitations: [Limitation] = [],
    passTime: Duration = .zero,
    scanTime: Duration = .zero,
    cpuTime: Duration = .zero,
    residentBytes: UInt64 = 0,
    mapBytes: UInt64 = 0,
    acceptsSeen: Bool = false,
    resetsWithoutSocket: UInt64? = nil,
    dropsWithoutSocket: UInt64? = nil,
    udp: UDPMethod = .off,
    flows: Int = 0,
    flowCapacity: Int = 0
  ) {
    self.source = source
    self.notice = notice
    self.gaps = gaps
    self.tracked = tracked
    self.capacity = capacity
    self.ownersUnknown = ownersUnknown
    self.losses = []
    self.limitations = limitations
    self.passTime = passTime
    self.scanTime = scanTime
    self.cpuTime = cpuTime
    self.residentBytes = residentBytes
    self.mapBytes = mapBytes
    self.acceptsSeen = acceptsSeen
    self.resetsWithoutSocket = resetsWithoutSocket
    self.dropsWithoutSocket = dropsWithoutSocket
    self.udp = udp
    self.flows = flows
    self.flowCapacity = flowCapacity
    for loss in losses { self[loss.kind] = loss.count }
  }

  /// How many of a kind have been lost since the start.
  package subscript(kind: Loss.Kind) -> UInt64 {
    get { losses.first { $0.kind == kind }?.count ?? 0 }
    set {
      losses.removeAll { $0.kind == kind }
      guard newValue > 0 else { return }
      losses.append(Loss(kind, newValue))
      losses.sort { $0.kind.place < $1.kind.place }
    }
  }

  /// Ends without their final figures.
  package var endsLost: UInt64 { self[.ends] + self[.missed] + self[.surplus] }

  /// What has been lost since an earlier moment.
  package func losses(since earlier: SourceHealth) -> [Loss] {
    Loss.Kind.allCases.compactMap { kind in
      let (before, now) = (earlier[kind], self[kind])
      return now > before ? Loss(kind, now - before) : nil
    }
  }
}
