import Connections

/// The event of a line of a log.
package enum LogEvent: String, CaseIterable, Sendable {
  /// A process connected, or started to.
  case connect
  /// A listener accepted a connection.
  case accept
  /// Datagrams began to go between a UDP socket and one remote end.
  case open
  /// A connection ended.
  case close
  /// A connection ended that was never established.
  case fail
  /// An interval is over: the figures of a live connection.
  case stats
  /// A connection matched the rule of an alert.
  case alert
  /// A connection that is older than the log.
  case existing
  /// Something is missing in the log.
  case lost

  /// Those of connections, of which some can be chosen.
  package static let choices: [LogEvent] = [
    .connect, .accept, .open, .close, .fail, .stats, .alert,
  ]

  /// Whether it is an opening, and so has no figures yet.
  var isOpening: Bool { [.connect, .accept, .open].contains(self) }

  /// The opening of a connection.
  init(openingOf connection: Connection) {
    switch (connection.proto, connection.direction) {
    case (.udp, _), (_, .unknown): self = .open
    case (_, .outgoing): self = .connect
    case (_, .incoming): self = .accept
    }
  }

  /// The end of a connection.
  init(endOf connection: Connection) {
    self = connection.end?.neverEstablished == true ? .fail : .close
  }
}
