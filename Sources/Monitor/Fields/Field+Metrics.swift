import Connections

extension Field {
  /// The fields of the catalogue of metrics.
  static let ofMetrics = Metric.all.map(Field.init)

  static let bytesSent = of("bytes_sent")
  static let bytesReceived = of("bytes_received")
  static let packetsSent = of("packets_sent")
  static let packetsReceived = of("packets_received")
  static let retransmits = of("retransmits")
  static let retransmitsTimeout = of("retransmits_timeout")
  static let retransmitsFast = of("retransmits_fast")
  static let retransmitsProbe = of("retransmits_probe")
  static let retransmitsSYN = of("retransmits_syn")
  static let drops = of("drops")
  static let rtt = of("rtt_us")
  static let rttVariance = of("rttvar_us")
  static let minRTT = of("min_rtt_us")
  static let congestionWindow = of("cwnd")
  static let unread = of("unread_bytes")
  static let unacknowledged = of("unacked_bytes")
  static let unsent = of("unsent_bytes")

  private static func of(_ metric: String) -> Field {
    // A test checks that each of them is in the catalogue.
    ofMetrics.first { $0.name == metric } ?? time
  }

  init(_ metric: Metric) {
    let isOfQueue = metric.isOfQueue
    switch metric.value {
    case .number(let number):
      self.init(
        metric.name,
        short: metric.name == "retransmits" ? ["retrans"] : [],
        .number(FieldUnit(metric.unit)) { row, _ in
          // A listener has its queue of connections there.
          if isOfQueue, row.pointee.state == .listen { return nil }
          return number(row.pointee.counters).map { Double($0) }
        }
      ) { row, _ in
        FieldValue(isOfQueue && row.state == .listen ? nil : number(row.counters))
      }
    case .text(let text):
      self.init(metric.name, .text { row, _ in text(row.pointee.counters) }) { row, _ in
        FieldValue(text: text(row.counters))
      }
    }
  }
}

extension FieldUnit {
  fileprivate init(_ unit: Metric.Unit) {
    self =
      switch unit {
      case .count, .text: .count
      case .bytes: .bytes
      case .bytesPerSecond: .bytesPerSecond
      case .microseconds: .microseconds
      }
  }
}
