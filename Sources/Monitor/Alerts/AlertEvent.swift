package import Connections

/// What became of an alert.
package struct AlertEvent: Sendable {
  package enum Kind: String, Hashable, Sendable {
    case raised
    /// The connection matches no longer, or ended.
    case cleared
  }

  package let kind: Kind
  /// The title of its rule.
  package let rule: String
  /// When it was raised or cleared: the time of the batch, or that of the end of the connection.
  package let time: Timestamp
  /// The same by the wall clock.
  package let wallTime: Timestamp
  package let id: Connection.ID
  /// Who has the connection, and with whom.
  package let subject: Subject
  /// The connection when the alert was raised; `nil` where it was cleared.
  package let row: Row?

  package struct Subject: Hashable, Sendable {
    /// The name of the process, not made safe yet; `nil` if it is not known.
    package let process: String?
    package let pid: Int32?
    /// The remote end; of a listener, the local one.
    package let endpoint: Endpoint

    init(_ row: Row, _ table: ConnectionTable) {
      let owner = table.owners[row.owner]
      process = owner?.process.name
      pid = owner?.pid
      endpoint = row.isListener ? row.local : row.remote
    }

    /// `nginx 10.0.0.5:443`
    package var text: String { "\(process ?? "-") \(endpoint)" }
  }

  /// For people, not made safe yet: `rtt>200ms nginx 10.0.0.5:443`.
  package var text: String { "\(rule) \(subject.text)" }
}
