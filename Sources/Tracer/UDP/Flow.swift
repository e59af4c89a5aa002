internal import CTracer
import Connections

/// Datagrams and their payload, each way. Sums and differences stay in range: a count may start
/// over in the kernel, and that must not end the program.
struct Datagrams: Hashable {
  var bytesSent: UInt64 = 0
  var bytesReceived: UInt64 = 0
  var sent: UInt64 = 0
  var received: UInt64 = 0

  static func + (lhs: Self, rhs: Self) -> Self {
    Datagrams(
      bytesSent: lhs.bytesSent.plus(rhs.bytesSent),
      bytesReceived: lhs.bytesReceived.plus(rhs.bytesReceived),
      sent: lhs.sent.plus(rhs.sent),
      received: lhs.received.plus(rhs.received)
    )
  }

  static func - (lhs: Self, rhs: Self) -> Self {
    Datagrams(
      bytesSent: lhs.bytesSent.minus(rhs.bytesSent),
      bytesReceived: lhs.bytesReceived.minus(rhs.bytesReceived),
      sent: lhs.sent.minus(rhs.sent),
      received: lhs.received.minus(rhs.received)
    )
  }
}

/// The datagrams between a UDP socket and one remote end, as the kernel half counted them.
struct Flow {
  /// Which flow it is.
  struct Key: Hashable {
    let cookie: UInt64
    let remote: Endpoint
  }

  /// A flow among those of the same key that came before and after it.
  struct ID: Hashable {
    let key: Key
    let openedAt: Timestamp
  }

  let key: Key
  let local: Endpoint
  let netns: UInt32
  /// Of its first datagram.
  let direction: Connection.Direction
  let openedAt: Timestamp
  let datagrams: Datagrams
  /// Why it ended, `nil` while it lives. What comes after it is another flow.
  let end: Connection.CloseReason?

  var id: ID { ID(key: key, openedAt: openedAt) }

  /// Whether it is to be taken in before another: flows of one key follow each other.
  static func precedes(_ one: Flow, _ other: Flow) -> Bool { one.openedAt < other.openedAt }

  /// Whether these are datagrams of its socket that found no room for a flow of their own.
  var isOverflow: Bool { key.remote.port == 0 && key.remote.address.isUnspecified }
}

extension Flow {
  /// A flow from the kernel half's record of it.
  ///
  /// - Parameter zone: that of link-local ends.
  init(_ record: nettop_flow, zone: String? = nil, clock: BootClock) {
    let remote = Address(networkOrder: record.remote_address, zone: zone)
    let own = Address(networkOrder: record.local_address, zone: zone)
    key = Key(
      cookie: record.cookie,
      remote: Endpoint(address: remote, port: record.remote_port)
    )
    local = Endpoint(address: own, port: record.local_port)
    netns = record.netns
    direction = Connection.Direction(rawValue: record.direction) ?? .unknown
    openedAt = clock.timestamp(bootNanoseconds: record.opened_ns)
    datagrams = Datagrams(
      bytesSent: record.bytes_sent,
      bytesReceived: record.bytes_received,
      sent: record.packets_sent,
      received: record.packets_received
    )
    end = record.close_reason == 0 ? nil : Connection.CloseReason(rawValue: record.close_reason)
  }
}

extension UInt64 {
  fileprivate func plus(_ other: UInt64) -> UInt64 {
    let (sum, overflows) = addingReportingOverflow(other)
    return overflows ? .max : sum
  }

  fileprivate func minus(_ other: UInt64) -> UInt64 { self < other ? 0 : self - other }
}
