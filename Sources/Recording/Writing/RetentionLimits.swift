/// What a recording keeps. The oldest segments go first.
package struct RetentionLimits: Hashable, Sendable {
  /// Bytes of the database; `nil` without a limit.
  package var size: Int64?
  /// Seconds before the last batch; `nil` without a limit.
  package var age: Double?
  /// Whether old samples are merged into fewer.
  package var thins: Bool

  package init(size: Int64? = nil, age: Double? = nil, thins: Bool = true) {
    self.size = size
    self.age = age
    self.thins = thins
  }
}
