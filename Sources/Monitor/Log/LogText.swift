import Connections
import StyledText

/// Lines of a log for people: aligned, so that 100 columns show who talks to whom.
struct LogText {
  let utcOffset: Int
  let presentation: Presentation
  /// As wide as the ends of connections so far, within these limits.
  private var endWidth = Self.endWidths.lowerBound
  private static let endWidths = 15...21
  private static let eventWidth = 8
  private static let ownerWidth = 16

  init(utcOffset: Int, presentation: Presentation) {
    self.utcOffset = utcOffset
    self.presentation = presentation
  }

  /// - Parameter cause: the rule of an alert.
  mutating func line(
    _ event: LogEvent,
    at time: Timestamp,
    _ row: Row,
    _ context: CellContext,
    cause: String? = nil
  ) -> String {
    let ends = [row.local, row.remote].map { context.endpoint($0).text() }
    for end in ends {
      endWidth = max(endWidth, min(SafeText.columns(of: end), Self.endWidths.upperBound))
    }
    var words = [
      LogFormat.timeOfDay(context.table.wall(time), utcOffset),
      padded(event.rawValue, Self.eventWidth),
      padded(row.proto.name, 4),
      padded(ends[0], endWidth),
      row.direction.arrow,
      padded(ends[1], endWidth),
      padded(owner(of: row, context.table), Self.ownerWidth),
    ]
    if !event.isOpening { words += figures(row) }
    words.append(context.table.namespaceText(row.netns))
    if let cause { words.append("[\(cause)]") }
    return SafeText.sanitized(words.joined(separator: " "))
  }

  private func figures(_ row: Row) -> [String] {
    let counters = row.counters
    var words = [padded(row.stateText, 5)]
    if let lifetime = row.lifetime { words.append(DurationText.microseconds(lifetime)) }
    for (name, bytes) in [("TX", \Counters.bytesSent), ("RX", \.bytesReceived)] {
      let known = counters.known(bytes, .bytes)
      words += [name, known.map { Quantity.data($0, presentation) } ?? "-"]
    }
    if let rtt = counters.rtt { words += ["RTT", DurationText.microseconds(UInt64(rtt))] }
    if let retransmits = counters.retransmits, retransmits > 0 {
      words += ["RETR", Quantity.count(UInt64(retransmits))]
    }
    if row.end?.isUnseen == true { words.append("(end not seen)") }
    return words
  }

  private func owner(of row: Row, _ table: ConnectionTable) -> String {
    guard let owner = table.owners[row.owner] else { return "-" }
    let name = owner.nameText(isASCII: presentation.isASCII)
    return owner.process.id.isVisible ? "\(name)/\(owner.process.id.pid)" : name
  }

  private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - SafeText.columns(of: text)))
  }
}
