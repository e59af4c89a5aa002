import Connections

/// Why lines are missing in a log.
package enum LogLoss: String, CaseIterable, Sendable {
  case reader, ends, missed, surplus, openings, datagrams, uncounted, passes

  /// What a line of text says after the number of them.
  var meaning: String {
    switch self {
    case .reader: "events dropped: the reader is too slow; try a larger --queue"
    case .ends: "ends lost: the kernel's buffer was full"
    case .missed: "ends lost: no program saw them, or their record went astray"
    case .surplus: "events dropped: too many arrived at once"
    case .openings: "sockets not followed: the table is full; try a larger --capacity"
    case .passes: "passes failed: the kernel refused them; a later pass catches up"
    case .datagrams: "datagrams not counted per flow: the flow table is full"
    case .uncounted: "datagrams not counted at all: no room, or the program was interrupted"
    }
  }

  /// How many of them the tracer counts; `nil` for what happens after it.
  func count(_ health: Health) -> UInt64? {
    switch self {
    case .reader: nil
    case .ends: health.recordsLost - min(health.recordsLost, health.endsDropped)
    case .missed: health.endsMissed
    case .surplus: health.endsDropped
    case .openings: health.tableFull
    case .passes: health.passesFailed
    case .datagrams: health.flowsFull
    case .uncounted: health.datagramsLost
    }
  }
}
