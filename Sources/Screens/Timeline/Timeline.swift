package import Connections
import Monitor

/// The past that the screen can show, and which moment of it is shown.
package struct Timeline: Hashable, Sendable {
  package enum Origin: Hashable, Sendable {
    /// The last minutes of a live source.
    case live
    /// A recording, by the name of its file.
    case recording(String)
  }

  package let origin: Origin
  /// The stretches of time without a gap, the oldest first.
  package var coverage: [ClosedRange<Timestamp>] = []
  /// What happened in equal parts of `span`; `nil` where nothing is known. Empty until it is read.
  package var activity: [PastActivity?] = []
  /// The moment of the sample that is shown; `nil` before there is one.
  package var moment: Timestamp?
  /// The time of the wall clock: of a recording, when it was opened.
  package internal(set) var now: Timestamp
  package internal(set) var isPlaying = false
  package internal(set) var speed = PlaySpeed()
  /// Whether the last sample is shown.
  package internal(set) var isAtEnd = false
  /// Whether a sample is being read that is not on the screen yet.
  package var isReading = false
  /// Whether a search goes on.
  package internal(set) var isSearching = false
  /// Whether a sample of the history is shown, rather than the one at which a live display was paused.
  package internal(set) var isEntered: Bool

  init(_ origin: Origin, now: Timestamp) {
    self.origin = origin
    self.now = now
    isEntered = origin != .live
  }

  /// From the first moment to the last; `nil` if the history is empty.
  package var span: ClosedRange<Timestamp>? {
    guard let first = coverage.first, let last = coverage.last else { return nil }
    return first.lowerBound...max(first.lowerBound, last.upperBound)
  }

  /// What `ago` counts from: now, or the end of a recording.
  var end: Timestamp { origin == .live ? now : span?.upperBound ?? now }

  var isOfRecording: Bool { origin != .live }

  /// Whether a moment is that of the last sample, as far as is known.
  func isLast(_ moment: Timestamp?) -> Bool {
    guard let moment, let span else { return false }
    return moment >= max(span.upperBound, end)
  }
}
