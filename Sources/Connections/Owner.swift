/// The process that holds a socket, with how that is known.
package struct Owner: Hashable, Sendable {
  /// How the owner of a socket is known.
  package enum Source: UInt8, Sendable, CaseIterable {
    /// No process is known.
    case unknown = 0
    /// It called `connect`.
    case connect = 1
    /// It called `listen`.
    case listen = 2
    /// It called `accept`.
    case accept = 3
    /// It holds the listener; no process was seen with the connection itself yet.
    case listener = 4
    /// It was found with a file descriptor of the socket; of several, the one that started first.
    case scan = 5
    /// It shut the connection down or closed it.
    case close = 6
    /// It made the socket; of UDP, which knows no `connect` or `listen` that all must call.
    case create = 7
    /// The kernel made it for itself (NFS, VXLAN and the like): no process has it.
    case kernel = 8

    /// The word for it in JSON: `connect`, `listener`, `scan`.
    package var name: String { "\(self)" }
  }

  /// The process; of several that hold the socket, the one that opened it, as far as that was seen.
  package let process: Process
  package let source: Source
  /// Whether no process holds the socket any more: it lingers until all is sent and acknowledged,
  /// and this was the last one that had it.
  package var isLast: Bool
  /// Other processes that hold the same socket, by PID: after `fork`, or passed on by
  /// `SCM_RIGHTS`. After its end: those that held it.
  package var others: [Process]

  /// Whether this process itself was seen with the socket. Else it only has the listener: it may
  /// accept the connection, or another process that has the same listener.
  package var isProven: Bool { source != .listener }

  /// All processes that hold the socket, this one first.
  package var processes: [Process] { [process] + others }

  package init(
    process: Process,
    source: Source,
    isLast: Bool = false,
    others: [Process] = []
  ) {
    self.process = process
    self.source = source
    self.isLast = isLast
    self.others = others
  }

  /// The same with processes of which more is known now, by what they were before.
  package func replacing(_ processes: [Process: Process]) -> Owner {
    Owner(
      process: processes[process] ?? process,
      source: source,
      isLast: isLast,
      others: others.map { processes[$0] ?? $0 }
    )
  }

  /// Keeps the owner from before among those that held the socket, where another process has
  /// closed it.
  package mutating func succeed(_ earlier: Owner) {
    guard source == .close, earlier.isProven else { return }
    for process in earlier.processes where process.id != self.process.id {
      if !others.contains(where: { $0.id == process.id }) { others.append(process) }
    }
    others.sort { $0.id.pid < $1.id.pid }
  }
}
