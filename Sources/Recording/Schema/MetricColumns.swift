import Connections

/// The columns of a delta that come from the catalogue of metrics.
enum MetricColumns {
  /// How many there are.
  static let count = Metric.all.count

  static let names = Metric.all.map(\.name)

  /// `bytes_sent INTEGER, …, congestion_control TEXT`.
  static let declarations = Metric.all.map { metric in
    "\(metric.name) \(metric.unit == .text ? "TEXT" : "INTEGER")"
  }
}
