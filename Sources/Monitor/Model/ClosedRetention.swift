/// How long connections stay in the table after their end.
package struct ClosedRetention: Hashable, Sendable {
  /// They leave with the first batch that is so many seconds younger than the one with their end.
  package let seconds: Double
  /// At most so many stay, the newest.
  package let limit: Int

  package init(seconds: Double, limit: Int) {
    self.seconds = seconds
    self.limit = max(0, limit)
  }

  /// Long enough to be read, few enough that short connections neither fill the screen nor memory.
  package static let screen = ClosedRetention(seconds: 5, limit: 1000)
  /// Each end is in one sample, all of them.
  package static let sample = ClosedRetention(seconds: 0, limit: .max)
}
