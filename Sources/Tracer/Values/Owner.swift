/// The process that holds a socket, with how that is known.
package struct Owner: Hashable, Sendable {
  /// How the owner of a socket is known.
  package enum Source: UInt8, Sendable, CaseIterable {
    /// Nobody could tell: no process is known.
    case unknown = 0
    /// It called `connect`.
    case connect = 1
    /// It called `listen`.
    case listen = 2
    /// It called `accept`.
    case accept = 3
    /// It holds the listener; no process was seen with the connection itself yet.
    case listener = 4
    /// It was found with a file descriptor of the socket.
    case scan = 5
    /// It shut the connection down or closed it.
    case close = 6

    /// The word for it in JSON: `connect`, `listener`, `scan`.
    package var name: String { "\(self)" }
  }

  package let process: Process
  package let source: Source

  package init(process: Process, source: Source) {
    self.process = process
    self.source = source
  }
}
