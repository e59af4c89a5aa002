/// When a segment ends: a jump reads a keyframe and, at most, the rest of a segment.
struct SegmentPolicy: Hashable, Sendable {
  /// A segment has at least this many deltas besides its keyframe, and four for each live connection.
  var leastDeltas = 2000
  /// In seconds; the next batch begins another.
  var longest = 3600.0

  static let file = SegmentPolicy()
  /// Short: a segment is what the memory of a live screen gives back.
  static let memory = SegmentPolicy(longest: 150)

  /// Whether the next batch is to be a keyframe.
  func isOver(deltas: Int, live: Int, seconds: Double) -> Bool {
    deltas >= max(leastDeltas, live.multipliedReportingOverflow(by: 4).partialValue)
      || seconds >= longest
  }
}
