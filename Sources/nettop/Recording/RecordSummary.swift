import Connections
import Monitor

/// What became of a recording.
struct RecordSummary {
  /// Samples that are in the file.
  var written = 0
  /// Samples that could not be written.
  var missing = 0
  /// How the source was doing at the first sample; `nil` before that.
  private var first: SourceHealth?
  /// The same at the last one.
  private var last = SourceHealth()

  /// Whether there was a sample.
  var hasBegun: Bool { first != nil }

  /// Takes in how the source is doing at a sample.
  mutating func note(_ health: SourceHealth) {
    if first == nil {
      first = health
      // What found no room at the first look is missing from then on.
      first?[.openings] = 0
    }
    last = health
  }

  /// A line for people.
  ///
  /// - Parameter size: of the file, in bytes.
  func text(size: UInt64) -> String {
    let samples = written == 1 ? "sample" : "samples"
    var parts = ["recorded \(Quantity.grouped(written)) \(samples), \(Quantity.bytes(size))"]
    if missing > 0 {
      parts.append("\(Quantity.grouped(missing)) could not be written and are missing")
    }
    let losses = first.map { last.losses(since: $0) } ?? []
    parts += losses.filter(\.kind.isAlarming).map(\.text)
    return parts.joined(separator: "; ")
  }
}
