package import Connections

/// A source whose cost to others can be measured while they run.
package protocol MeasuredSource: ConnectionSource {
  /// Whether openings and ends are followed as they happen: a measurement of what that costs others
  /// switches it. What was missed meanwhile, later batches put right.
  func follow(_ following: Bool) async throws(SourceError)
}
