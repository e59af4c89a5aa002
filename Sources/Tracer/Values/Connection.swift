/// A TCP connection, or a listener (state `LISTEN`), at one moment.
package struct Connection: Hashable, Sendable, Identifiable {
  /// The identity of a connection, of this host and boot: never the addresses, which live in two
  /// namespaces and again a second later.
  package struct ID: Hashable, Sendable {
    /// The cookie of the socket, as `ss -e` prints it (`sk:`).
    package let cookie: UInt64
    /// Tells the connections of one socket apart, which can connect again. 0 for one that is older
    /// than the tracer.
    package let generation: UInt64

    package init(cookie: UInt64, generation: UInt64) {
      self.cookie = cookie
      self.generation = generation
    }
  }

  /// Which end opened the connection.
  package enum Direction: UInt8, Sendable {
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
    /// Nobody saw the end.
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

    /// The word for it in JSON and on the screen: `fin`, `reset`.
    package var name: String { "\(self)" }
  }

  /// The end of a connection.
  package struct End: Hashable, Sendable {
    package let at: Timestamp
    package let reason: CloseReason

    package init(at: Timestamp, reason: CloseReason) {
      self.at = at
      self.reason = reason
    }
  }

  package let id: ID
  package var local: Endpoint
  package var remote: Endpoint
  /// The inode of its network namespace.
  package var netns: UInt32
  package var direction: Direction
  package var state: TCPState
  package var counters: Counters
  /// The process that holds it, `nil` where none is known.
  package var owner: Owner?
  /// When it was opened (`connect` called, or the handshake completed), `nil` for one that is
  /// older than the tracer.
  package var openedAt: Timestamp?
  /// How and when it ended, `nil` while it lives.
  package var end: End?

  package init(
    id: ID,
    local: Endpoint,
    remote: Endpoint,
    netns: UInt32,
    direction: Direction,
    state: TCPState,
    counters: Counters,
    owner: Owner?,
    openedAt: Timestamp?,
    end: End? = nil
  ) {
    self.id = id
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
  /// Whether this is a listener: it has no remote end.
  package var isListener: Bool { remote.port == 0 }
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
