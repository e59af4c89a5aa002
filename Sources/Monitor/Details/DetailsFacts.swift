package import Connections

/// Everything known about one connection, for its details.
package struct DetailsFacts: Sendable {
  package var connection: Connection
  /// Its network namespace, `nil` if nothing is known but the inode.
  package var namespace: NetworkNamespace?
  /// The time of the last sample.
  package var time: Timestamp
  /// The last answer of the kernel; `nil` if there was no query yet, or it has no such socket.
  package var socket: SocketDetails?
  /// Whether the kernel answered that it no longer has the socket.
  package var isSocketGone: Bool
  /// Why the kernel reports nothing about the socket.
  package var refusal: ActionError?
  /// The answer before that.
  package var previousSocket: SocketDetails?
  /// `nil` if it has not been read yet or the process is gone.
  package var process: ProcessDetails?
  /// Of an MPTCP connection: its subflows that the table has.
  package var subflows: [Connection]
  package var series: HistorySeries
  /// The time of the last sample of the series, by the wall clock; `nil` for that of the last sample.
  package var seenAt: Timestamp?
  /// Seconds from one sample to the next.
  package var interval: Double
  package var presentation: Presentation
  /// How many seconds local time is ahead of UTC.
  package var utcOffset: Int
  /// How many seconds it is or was open at least, if its opening is unknown.
  package var leastAge: Double?
  /// Whether it was accepted, inferred from the listener of its port; the accept was not observed.
  package var isLikelyIncoming = false
  /// Whether the display is paused.
  package var isPaused = false
  /// What the past that is shown has of the connection; `nil` if the present is shown.
  package var past: Past?
  /// Whether the past is being played.
  package var isPlaying = false
  /// The time of the wall clock, if the past is shown.
  package var now: Timestamp?

  package enum Past: Hashable, Sendable {
    /// Its figures: the kernel's own details of a socket are not recorded.
    case recorded
    /// Nothing, at this moment.
    case absent
  }

  /// As `Batch.wallOffset`.
  package var wallOffset: Int64 = 0

  package init(
    _ connection: Connection,
    namespace: NetworkNamespace? = nil,
    time: Timestamp,
    socket: SocketDetails? = nil,
    isSocketGone: Bool = false,
    refusal: ActionError? = nil,
    previousSocket: SocketDetails? = nil,
    process: ProcessDetails? = nil,
    subflows: [Connection] = [],
    series: HistorySeries = .empty,
    interval: Double = 1,
    presentation: Presentation = Presentation(),
    utcOffset: Int = 0
  ) {
    self.connection = connection
    self.namespace = namespace
    self.time = time
    self.socket = socket
    self.isSocketGone = isSocketGone
    self.refusal = refusal
    self.previousSocket = previousSocket
    self.process = process
    self.subflows = subflows
    self.series = series
    self.interval = interval
    self.presentation = presentation
    self.utcOffset = utcOffset
  }
}

extension DetailsFacts {
  /// A moment as the local time of day.
  package func timeOfDay(_ moment: Timestamp) -> String {
    TimestampText.timeOfDay(moment.shifted(by: wallOffset), offset: utcOffset)
  }

  /// What the series ends at: `now`, or a time where the present is not shown or does not have the
  /// connection any more.
  package var endOfSeries: String {
    let last = time.shifted(by: wallOffset)
    let isOfPresent = !isPaused && !isPlaying && past == nil && (seenAt ?? last) == last
    return isOfPresent ? "now" : TimestampText.timeOfDay(seenAt ?? last, offset: utcOffset)
  }

  /// The kind of socket, which determines its figures.
  package enum Kind: Hashable, Sendable {
    case connection
    case listener
    /// Of UDP, with a remote end or without.
    case datagrams
    /// The kernel keeps only its addresses and a timer: TIME-WAIT, SYN-RECV.
    case small
    case closed
  }

  package var kind: Kind {
    if connection.end != nil || connection.state == .closed { return .closed }
    if connection.proto == .udp { return .datagrams }
    switch socket?.state ?? connection.state {
    case .listen: return .listener
    case .timeWait, .synReceived: return .small
    default: return .connection
    }
  }

  package var isASCII: Bool { presentation.isASCII }

  /// The name of the process at this end.
  var processName: String? { connection.owner?.process.name }

  /// The process with the listener of an incoming connection that no process was seen with.
  private var waitsForListener: String? {
    guard connection.direction == .incoming, let owner = connection.owner, !owner.isProven else {
      return nil
    }
    return "\(owner.process.name) \(owner.process.id.pid)"
  }

  /// The name of the namespace, or its inode.
  package var namespaceText: String { namespace?.name ?? "\(connection.netns)" }

  /// `ESTAB`; for a closed connection, the reason: `closed: reset`.
  package var stateText: String {
    if let end = connection.end { return "closed: \(end.reason.name)" }
    // The socket of a flow need not be connected.
    if connection.proto == .udp { return connection.isListener ? connection.state.name : "UDP" }
    return (socket?.state ?? connection.state).name
  }

  package var diagnosis: Diagnosis? {
    guard connection.end == nil, let socket else { return nil }
    return Diagnosis(
      socket,
      before: previousSocket,
      openedAt: connection.openedAt,
      process: processName,
      listener: waitsForListener,
      dropsHere: connection.counters.lossCauses?.drops ?? [],
      presentation: presentation
    )
  }
}
