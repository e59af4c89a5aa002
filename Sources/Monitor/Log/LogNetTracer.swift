import Connections

/// Lines of a log for programs that read those of NetTracer: TCP only, each with the date, the time,
/// the number of a thread and a level before it.
///
/// NetTracer logs the figures at each interval, those of a connection that has ended once more. Here
/// the final figures follow the end at once.
package struct LogNetTracer: Sendable {
  private let utcOffset: Int
  private let thread: Int32

  /// - Parameters:
  ///   - utcOffset: seconds by which local time is ahead of UTC.
  ///   - thread: the number that stands for the thread that logs.
  package init(utcOffset: Int, thread: Int32) {
    self.utcOffset = utcOffset
    self.thread = thread
  }

  /// The lines of an event; none for what NetTracer does not log.
  func lines(
    _ event: LogEvent,
    at time: Timestamp,
    _ row: Row,
    _ table: ConnectionTable
  ) -> [String] {
    guard row.proto == .tcp else { return [] }
    let pid = table.owners[row.owner]?.process.id.pid ?? 0
    let texts: [String] =
      switch event {
      case .connect: ["event connect \(ends(row, .outgoing)) PID:\(pid)"]
      case .accept: ["event accept \(ends(row, .incoming)) PID:\(pid)"]
      case .close, .fail: ["event close \(ends(row, .unknown)) PID:\(pid)"] + figures(row)
      case .stats: figures(row)
      case .open, .alert, .existing, .lost: []
      }
    return texts.map { line($0, "info", at: table.wall(time)) }
  }

  /// The line that reports a loss.
  func line(_ loss: Loss, at time: Timestamp) -> String { line(loss.advice, "warning", at: time) }

  private func line(_ text: String, _ level: String, at time: Timestamp) -> String {
    let date = TimestampText.date(time, offset: utcOffset)
    let clock = LogFormat.timeOfDay(time, utcOffset)
    return "\(date) \(clock) [\(thread)] \(level) [nettracer] \(text)"
  }

  /// What is counted. A figure that is not known is 0, as in NetTracer; where nothing is, no line
  /// says so.
  private func figures(_ row: Row) -> [String] {
    let ends = ends(row, row.direction)
    let counters = row.counters
    var lines: [String] = []
    if !counters.uncounted.contains(.bytes) {
      lines.append(
        "\(ends) - stats: Bytes sent=\(counters.bytesSent) Bytes received=\(counters.bytesReceived)"
      )
    }
    if !counters.uncounted.contains(.packets) {
      lines.append(
        "\(ends) - TCP stats: Retransmissions=\(counters.retransmits ?? 0)"
          + " Segs_in=\(counters.packetsReceived) Segs_out=\(counters.packetsSent)"
          + " RTT=\(counters.rtt ?? 0) RTT_var=\(counters.rttVariance ?? 0)"
      )
    }
    return lines
  }

  private func ends(_ row: Row, _ direction: Connection.Direction) -> String {
    "\(text(row.local)) \(direction.arrow) \(text(row.remote)) NS:\(row.netns)"
  }

  /// Without brackets for IPv6, and without a zone.
  private func text(_ endpoint: Endpoint) -> String {
    "\(endpoint.address.unzoned):\(endpoint.port)"
  }
}
