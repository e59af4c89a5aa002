package import Connections

/// A moment as people write it: `14:05`, `2026-03-01 14:05`, `3m ago`, `+30s`.
package enum Moment: Hashable, Sendable {
  /// A time of day, in nanoseconds since midnight.
  case timeOfDay(Int64)
  /// A date and time without a zone, in nanoseconds since 1970-01-01 00:00 of the local clock.
  case local(Int64)
  /// A date and time with its zone.
  case absolute(Timestamp)
  /// So many nanoseconds before now.
  case ago(Int64)
  /// So many nanoseconds after the present position, or before it where negative.
  case shift(Int64)
  /// So many nanoseconds from the present position, to the side that is asked for.
  case distance(Int64)

  private static let day: Int64 = 86_400_000_000_000

  /// The moment that is meant.
  ///
  /// A time of day is the nearest one on the side that is asked for, never the position itself.
  ///
  /// - Parameters:
  ///   - now: what `ago` counts from.
  ///   - position: what everything else counts from; `nil` for now.
  ///   - offset: how many seconds local time is ahead of UTC.
  ///   - direction: the side of the position.
  package func resolved(
    now: Timestamp,
    from position: Timestamp? = nil,
    offset: Int,
    _ direction: TimeDirection = .backward
  ) -> Timestamp {
    let position = position ?? now
    let offset = Int64(offset) * 1_000_000_000
    switch self {
    case .timeOfDay(let time):
      let local = position.shifted(by: offset).nanoseconds
      let sinceMidnight = (local % Self.day + Self.day) % Self.day
      let same = position.shifted(by: time - sinceMidnight)
      switch direction {
      case .forward: return same > position ? same : same.shifted(by: Self.day)
      case .backward: return same < position ? same : same.shifted(by: -Self.day)
      }
    case .local(let nanoseconds): return Timestamp(nanoseconds: nanoseconds).shifted(by: -offset)
    case .absolute(let moment): return moment
    case .ago(let distance): return now.shifted(by: -distance)
    case .shift(let distance): return position.shifted(by: distance)
    case .distance(let distance):
      return position.shifted(by: direction == .forward ? distance : -distance)
    }
  }
}

/// Why a text is not a moment.
package struct MomentError: Error, Hashable, Sendable {
  /// A sentence for people, with what to do.
  package let message: String

  init(_ message: String) {
    self.message = message
  }
}
