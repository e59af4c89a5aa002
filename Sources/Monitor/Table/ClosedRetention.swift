/// How long connections stay in the table after their end.
package struct ClosedRetention: Hashable, Sendable {
  /// They linger among the live ones until the first batch that is this many seconds younger than
  /// the one with their end.
  package let lingerSeconds: Double
  /// At most so many linger, the newest.
  package let lingerLimit: Int
  /// How many of those that no longer linger are kept, the newest.
  package let limit: Int

  package init(lingerSeconds: Double, lingerLimit: Int, limit: Int) {
    self.lingerSeconds = lingerSeconds
    self.lingerLimit = max(0, lingerLimit)
    self.limit = max(0, limit)
  }

  /// They linger long enough to be read, and few enough that short connections do not fill the
  /// screen; the last 10,000 are kept to be looked up.
  package static let screen = ClosedRetention(lingerSeconds: 5, lingerLimit: 1000, limit: 10_000)
  /// Each end is in one sample, all of them.
  package static let sample = ClosedRetention(lingerSeconds: 0, lingerLimit: .max, limit: 0)
}
