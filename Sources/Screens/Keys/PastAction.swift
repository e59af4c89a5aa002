package import Connections
package import Monitor

/// What a key requests of the past that is shown.
package enum PastAction: Hashable, Sendable {
  /// A live display was paused: what is known of its past is wanted.
  case enter
  /// The display is live again.
  case leave
  /// Show the next sample, or the one before.
  case step(TimeDirection)
  /// Show one sample after the other, as fast as `Timeline.speed` says; also where that was changed.
  case play
  case pause
  /// Show the first sample.
  case first
  /// Show the last sample.
  case last
  /// Show the sample of a moment of the wall clock.
  case go(Timestamp)
  /// Show the next sample, or the one before, in which a connection begins to match.
  case search(Filter, TimeDirection)
  /// End a search.
  case cancel
}
