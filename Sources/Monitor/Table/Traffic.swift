/// What all connections of the host received and sent together in the last samples.
package struct Traffic: Hashable, Sendable {
  package struct Point: Hashable, Sendable {
    /// Bytes per second.
    package let received: Double
    package let sent: Double
  }

  /// How many samples are kept.
  package static let limit = 120

  /// The oldest first; `nil` if no rate is known.
  package private(set) var points: [Point?] = []

  package init() {}

  mutating func append(_ growth: Growth, over seconds: Double?) {
    let rates = seconds.map { Rates(of: growth, over: $0) }
    points.append(rates.map { Point(received: $0.bytesReceived, sent: $0.bytesSent) })
    points.removeFirst(max(0, points.count - Self.limit))
  }
}
