import Connections

/// A sample as NetTracer's table for people, byte for byte: six columns of the same width, aligned to
/// the left, and after the rows the number of sessions.
package struct NetTracerTable: Sendable {
  private let columnWidth: Int

  /// - Parameter width: how many columns the terminal has; `nil` if that is unknown.
  package init(width: Int?) {
    columnWidth = max(22, (width ?? 0) / 6)
  }

  /// The titles, a line of their own, which comes once.
  package var header: String {
    line(["local address", "remote address", "pid", "bytes sent", "bytes received ", "rtt"])
  }

  /// Writes the rows of a model, those of IPv4 first.
  package func write(_ model: Model, to output: inout some TextOutputStream) {
    var linesOfV6 = ""
    var (incoming, others) = (0, 0)
    for position in 0..<model.count {
      guard let row = model.row(at: position) else { break }
      guard let row = NetTracerRow(row, model.table) else { continue }
      if row.isIncoming { incoming += 1 } else { others += 1 }
      let totals = row.totals
      let line = line([
        Self.text(row.local), Self.text(row.remote), String(row.pid), String(totals.bytesSent),
        String(totals.bytesReceived), String(row.rtt),
      ])
      if row.isV4 { output.write(line) } else { linesOfV6 += line }
    }
    output.write(linesOfV6)
    output.write("Number of passive tcp sessions: \(incoming), active: \(others) \n")
  }

  /// An IPv6 address has no brackets there.
  private static func text(_ endpoint: Endpoint) -> String {
    "\(endpoint.address.unzoned):\(endpoint.port)"
  }

  private func line(_ words: [String]) -> String {
    words.map { $0 + String(repeating: " ", count: max(0, columnWidth - $0.utf8.count)) }
      .joined() + "\n"
  }
}
