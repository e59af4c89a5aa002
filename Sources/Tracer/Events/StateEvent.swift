import Connections

/// An event of a TCP socket that a tracepoint reported.
struct StateEvent: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    /// The socket went from one state to another.
    case stateChange(from: SocketState, to: SocketState)
    /// Its remote end reset the connection.
    case resetReceived
    /// This host sent a reset.
    case resetSent
    /// The socket ended, and no process holds it: the last event of it.
    case destroyed
  }

  /// The process that ran when it happened. It owns the socket only at changes that a process makes
  /// (CLOSE to SYN-SENT or LISTEN, to FIN-WAIT-1 or LAST-ACK). At others, a packet or a timer can
  /// have interrupted anyone.
  struct Current: Hashable, Sendable {
    /// In the host's PID namespace; 0 for an idle CPU.
    let pid: Int32
    /// Real user ID.
    let uid: UInt32
    /// Real group ID.
    let gid: UInt32
    /// The name of the thread, with invalid UTF-8 repaired.
    let name: String
  }

  let kind: Kind
  /// When it happened.
  let time: Timestamp
  /// When it happened, in nanoseconds of `CLOCK_MONOTONIC`.
  let monotonic: UInt64
  /// The address of the socket in the kernel, which identifies it until it is freed; 0 for a reset
  /// that no socket sent.
  let socket: UInt64
  /// The socket's cookie, as the kernel answers `SO_COOKIE`; `nil` where the tracepoint does not
  /// tell. Those of received resets and of destroyed sockets do, since Linux 4.17.
  let cookie: UInt64?
  /// TCP or MPTCP; TCP too where the tracepoint does not tell.
  let proto: TransportProtocol
  /// `AF_INET` or `AF_INET6`; `nil` where the tracepoint does not tell.
  let family: Int32?
  /// The ends, without zones; `nil` where the tracepoint does not tell, as for some resets.
  let local: Endpoint?
  let remote: Endpoint?
  /// Why a reset was sent, by the kernel's name without `SK_RST_REASON_`, or its number where the
  /// kernel names none; `nil` where the tracepoint does not tell, as before Linux 6.10.
  let resetReason: String?
  let current: Current
  /// The number of the CPU that it happened on.
  let cpu: UInt16
  /// Which of the CPU's contexts ran: one value for processes, one for softirqs, one for hard
  /// interrupts. No two CPUs have the same values.
  let context: UInt64
}
