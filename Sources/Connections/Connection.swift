/// A connection at one moment: of TCP or MPTCP, or the datagrams between a UDP socket and one remote
/// end; or a socket that waits for any, which has no remote port (`isListener`).
package struct Connection: Hashable, Sendable, Identifiable {
  /// The identity of a connection, of this host and boot: never the addresses, which live in two
  /// namespaces and again a second later.
  package struct ID: Hashable, Sendable {
    /// The cookie of the socket, as `ss -e` prints it (`sk:`).
    package let cookie: UInt64
    /// Distinguishes the connections of one socket, which can connect again, or talk to many remote
    /// ends by UDP. 0 for a TCP connection that is older than the tracer.
    package let generation: UInt64

    package init(cookie: UInt64, generation: UInt64) {
      self.cookie = cookie
      self.generation = generation
    }
  }

  /// Which end opened the connection.
  package enum Direction: UInt8, CaseIterable, Sendable {
    case unknown = 0
    /// This end connected.
    case outgoing = 1
    /// A listener accepted it.
    case incoming = 2

    /// The word for it in JSON: `out`, `in`, `unknown`.
    package var name: String {
      switch self {
      case .unknown: "unknown"
      case .outgoing: "out"
      case .incoming: "in"
      }
    }
  }

  /// Why a connection ended.
  package enum CloseReason: UInt8, Sendable, CaseIterable {
    /// Nobody saw the end (`End.isUnseen`), or the kernel had a reason that is none of the others.
    case unknown = 0
    /// FINs were exchanged, or ours was sent and the process is gone.
    case fin = 1
    /// One end sent a reset (`ECONNRESET`, `EPIPE`, or an abort of this end).
    case reset = 2
    /// The peer no longer answers (`ETIMEDOUT`).
    case timeout = 3
    /// The peer refused it (`ECONNREFUSED`).
    case refused = 4
    /// The network or host cannot be reached (`ENETUNREACH`, `EHOSTUNREACH`).
    case unreachable = 5
    /// This end gave up before the connection was established.
    case cancelled = 6
    /// An administrator closed it (`ECONNABORTED`, `ss -K`).
    case aborted = 7
    /// Its socket was closed: UDP has no other end.
    case closed = 8
    /// UDP: no datagram went either way for a while.
    case idle = 9
    /// The call of connect failed before a SYN was sent: `End.error` says why (`EADDRNOTAVAIL`).
    case failed = 10

    /// The word for it in JSON and on the screen: `fin`, `reset`.
    package var name: String { "\(self)" }
  }

  /// The end of a connection.
  package struct End: Hashable, Sendable {
    package let at: Timestamp
    package let reason: CloseReason
    /// The error that it left for its process, `sock.sk_err` (`ECONNREFUSED`, `ETIMEDOUT`), or of an
    /// attempt to connect `sk_err_soft`, as `SO_ERROR` gives them; 0 where there was none.
    package let error: Int32
    /// The reset that it sent or received, `nil` if there was none.
    package let reset: Reset?
    /// Whether it ended in its handshake: an attempt to connect that failed.
    package let neverEstablished: Bool

    /// Whether nobody saw the end: it was found later, so `at` is too late, and the figures are those
    /// last read, or absent where none were.
    package let isUnseen: Bool

    /// - Parameter isUnseen: `nil`: as it is where neither a reason nor an error is known.
    package init(
      at: Timestamp,
      reason: CloseReason,
      error: Int32 = 0,
      reset: Reset? = nil,
      neverEstablished: Bool = false,
      isUnseen: Bool? = nil
    ) {
      self.at = at
      self.reason = reason
      self.error = error
      self.reset = reset
      self.neverEstablished = neverEstablished
      self.isUnseen = isUnseen ?? (reason == .unknown && error == 0)
    }
  }

  package let id: ID
  package let proto: TransportProtocol
  /// Of a subflow of MPTCP: the connection that it is part of; else `nil`.
  package var parent: ID?
  package var local: Endpoint
  package var remote: Endpoint
  /// The inode of its network namespace.
  package var netns: UInt32
  package var direction: Direction
  package var state: SocketState
  package var counters: Counters
  /// The process that holds it, `nil` if none is known.
  package var owner: Owner?
  /// When it was opened (`connect` called, or the handshake completed), `nil` for one that is
  /// older than the tracer.
  package var openedAt: Timestamp?
  /// How and when it ended, `nil` while it lives.
  package var end: End?
  /// When it was first reported, if that was in another batch than the first that this reader has;
  /// `nil` otherwise. Recordings keep it.
  package var seenAt: Timestamp?

  package init(
    id: ID,
    proto: TransportProtocol = .tcp,
    parent: ID? = nil,
    local: Endpoint,
    remote: Endpoint,
    netns: UInt32,
    direction: Direction,
    state: SocketState,
    counters: Counters,
    owner: Owner?,
    openedAt: Timestamp?,
    end: End? = nil
  ) {
    self.id = id
    self.proto = proto
    self.parent = parent
    self.local = local
    self.remote = remote
    self.netns = netns
    self.direction = direction
    self.state = state
    self.counters = counters
    self.owner = owner
    self.openedAt = openedAt
    self.end = end
  }
}

extension Connection {
  /// Whether this is a socket that waits for any peer, rather than a connection: a listener of
  /// TCP, or a UDP socket without a remote end. The latter has the figures that no flow of it has.
  package var isListener: Bool { remote.port == 0 }

  /// Whether its figures began at 0 while it was followed. Those of UDP flows always did, though the
  /// flow may be older than the tracer.
  package var isCountedFromZero: Bool { openedAt != nil || proto == .udp && !isListener }
}

extension Connection.ID: Comparable, CustomStringConvertible {
  package static func < (lhs: Self, rhs: Self) -> Bool {
    (lhs.cookie, lhs.generation) < (rhs.cookie, rhs.generation)
  }

  /// `COOKIE.GENERATION`, both in hexadecimal, as `ss -e` prints the cookie.
  package var description: String {
    "\(String(cookie, radix: 16)).\(String(generation, radix: 16))"
  }
}
