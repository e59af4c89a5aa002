import Connections

/// What is kept of a row in less room than it has as a value.
extension Row {
  /// What is true of a row or not.
  struct Marks: OptionSet, Sendable {
    let rawValue: UInt8

    static let likelyIncoming = Marks(rawValue: 1)
    static let lingering = Marks(rawValue: 2)
    static let tagged = Marks(rawValue: 4)
    static let partlyTagged = Marks(rawValue: 8)
    static let local = Marks(rawValue: 16)
    static let uncarried = Marks(rawValue: 32)
    static let based = Marks(rawValue: 64)
  }

  /// What few rows have. Shared, as a row is copied often.
  final class Rare: Sendable {
    let end: Connection.End?
    let parent: Connection.ID?

    init?(end: Connection.End?, parent: Connection.ID?) {
      if end == nil, parent == nil { return nil }
      (self.end, self.parent) = (end, parent)
    }
  }

  /// What the last batch brought. Shared, and absent for the many rows that it did not change.
  ///
  /// Sendable, as it is changed only where nothing else refers to it.
  final class Change: @unchecked Sendable {
    var growth: Growth
    var shares: SendShares?

    init(growth: Growth, shares: SendShares?) {
      (self.growth, self.shares) = (growth, shares)
    }
  }

  /// A moment that need not be known.
  struct OptionalTimestamp: Sendable {
    private let nanoseconds: Int64

    init(_ timestamp: Timestamp?) {
      nanoseconds = timestamp?.nanoseconds ?? .min
    }

    var timestamp: Timestamp? {
      nanoseconds == .min ? nil : Timestamp(nanoseconds: nanoseconds)
    }
  }
}
