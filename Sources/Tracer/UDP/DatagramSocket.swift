import Connections

/// What is known of one UDP socket, and the rows that show it.
///
/// A socket that is connected has no row of its own: the row of the remote end that it is connected
/// to has its drops and queues. One that is not has a row of its own for these.
struct DatagramSocket {
  /// The row of one remote end.
  struct Row {
    let id: Connection.ID
    let local: Endpoint
    let netns: UInt32
    let direction: Connection.Direction
    let openedAt: Timestamp?
    /// Of flows that the kernel half no longer counts.
    var earlier = Datagrams()
    /// Of the flow that it counts.
    var datagrams = Datagrams()
    /// Whether the kernel half counts it.
    var isCounted = false
  }

  /// The row of the socket itself. It keeps its ends when the socket is connected.
  struct OwnRow {
    let id: Connection.ID
    let local: Endpoint
    let remote: Endpoint
  }

  /// As last reported by the kernel half.
  var connection: Connection
  var rows: [Endpoint: Row] = [:]
  /// The row of its own, while there is one.
  var ownRow: OwnRow?
  /// Whether it has had a row of its own.
  var hadOwnRow = false
  /// Datagrams that found no room for a flow of their own, and how many of these ended rows have.
  var overflow = Datagrams()
  var reportedOverflow = Datagrams()
  var end: Connection.End?

  init(_ connection: Connection) {
    self.connection = connection
  }

  /// The remote end that it is connected to.
  var peer: Endpoint? { connection.remote.port == 0 ? nil : connection.remote }

  /// Whether it is bound, and takes datagrams from any peer.
  var isOpenToAll: Bool { peer == nil && connection.local.port != 0 }

  /// The row of its own as it is now.
  func own(_ row: OwnRow, end: Connection.End? = nil) -> Connection {
    Connection(
      id: row.id,
      proto: .udp,
      local: row.local,
      remote: row.remote,
      netns: connection.netns,
      direction: .unknown,
      state: end == nil ? .unconnected : .closed,
      counters: counters(overflow - reportedOverflow, ofSocket: true),
      owner: connection.owner,
      openedAt: connection.openedAt,
      end: end
    )
  }

  /// A row of a remote end as it is now.
  func flow(_ row: Row, _ remote: Endpoint, end: Connection.End? = nil) -> Connection {
    let isPeer = remote == peer
    let datagrams = row.earlier + row.datagrams
    return Connection(
      id: row.id,
      proto: .udp,
      local: row.local,
      remote: remote,
      netns: row.netns,
      direction: row.direction,
      state: end == nil ? .established : .closed,
      counters: counters(
        isPeer ? datagrams + (overflow - reportedOverflow) : datagrams,
        ofSocket: isPeer
      ),
      owner: connection.owner,
      openedAt: row.openedAt,
      end: end
    )
  }

  private func counters(_ datagrams: Datagrams, ofSocket: Bool) -> Counters {
    Counters(
      bytesSent: datagrams.bytesSent,
      bytesReceived: datagrams.bytesReceived,
      packetsSent: datagrams.sent,
      packetsReceived: datagrams.received,
      retransmits: nil,
      congestionWindow: nil,
      unread: ofSocket ? connection.counters.unread : nil,
      unacknowledged: ofSocket ? connection.counters.unacknowledged : nil,
      unsent: nil,
      drops: ofSocket ? connection.counters.drops : nil,
      lossCauses: ofSocket ? connection.counters.lossCauses : nil
    )
  }
}
