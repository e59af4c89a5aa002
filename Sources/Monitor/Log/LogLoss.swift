import Tracer

/// Why something is missing in a log.
package enum LogLoss: String, CaseIterable, Sendable {
  case reader, ends, surplus, openings, datagrams, passes

  /// What a line of text says after the number of them.
  var meaning: String {
    switch self {
    case .reader: "events dropped: the reader is too slow; --queue holds more"
    case .ends: "ends lost: they found no room in the kernel's buffer"
    case .surplus: "events dropped: more came at once than nettop keeps"
    case .openings: "sockets not followed: the table is full; --capacity makes it larger"
    case .passes: "passes failed: the kernel refused them; what they lack is in a later one"
    case .datagrams: "datagrams without a flow of their own: the table of flows is full"
    }
  }

  /// How many of them the tracer counts; `nil` for what happens after it.
  func count(_ health: Health) -> UInt64? {
    switch self {
    case .reader: nil
    case .ends: health.recordsLost - min(health.recordsLost, health.endsDropped)
    case .surplus: health.endsDropped
    case .openings: health.tableFull
    case .passes: health.passesFailed
    case .datagrams: health.flowsFull
    }
  }
}
