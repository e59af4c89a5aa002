package import Connections

/// What is missing in samples: for each kind, what was added since the sample before.
///
/// A process that is not known is not among it: each row says so itself.
package struct LossReport: Sendable {
  /// Something that is missing.
  package struct Entry: Hashable, Sendable {
    /// The word for the cause in JSON.
    let cause: String
    /// How many are missing; `nil` if that is not known.
    let count: UInt64?
    /// What it is, and how to avoid it, as a sentence for people.
    package let text: String
    /// Whether it is what the notice of the source says already (`SourceHealth.notice`).
    package var isNoticed = false

    /// An object of JSON, as a log has it.
    package func json(at time: Timestamp) -> String {
      var object = JSONObject()
      object.add("time", TimestampText.rfc3339(time))
      object.add("event", LogEvent.lost.rawValue)
      object.add("count", count)
      object.add("cause", cause)
      return object.text
    }

    /// A line of logfmt with the same values.
    package func logfmt(at time: Timestamp) -> String {
      var line = LogfmtLine()
      line.add("time", TimestampText.rfc3339(time))
      line.add("event", LogEvent.lost.rawValue)
      line.add("count", count)
      line.add("cause", cause)
      return line.text
    }
  }

  private var known = SourceHealth()
  /// The limitations that have been reported.
  private var limitations: Set<Limitation> = []

  package init() {}

  /// Records what was missing at the first look. What ended before it, and datagrams before it, no
  /// sample was to have; what found no room in the table is missing still.
  package mutating func begin(_ health: SourceHealth) {
    known = health
    known[.openings] = 0
  }

  /// What has been lost since the last call, or since the first look, and what cannot be shown at all:
  /// each limitation once, when it begins.
  package mutating func update(_ health: SourceHealth) -> [Entry] {
    defer { known = health }
    let losses = health.losses(since: known).filter(\.kind.isAlarming).map { loss in
      Entry(cause: loss.kind.rawValue, count: loss.count, text: loss.advice)
    }
    let begun = health.limitations.compactMap { limitation -> Entry? in
      guard case .connections(let cause) = limitation.extent,
        limitations.insert(limitation).inserted
      else { return nil }
      return Entry(
        cause: cause,
        count: nil,
        text: "not shown: \(limitation.what); \(limitation.remedy)",
        isNoticed: health.notice != nil
      )
    }
    return losses + begun
  }
}
