package import Connections

/// What is missing in samples: for each kind, what was added since the sample before.
///
/// A process that is not known is not among it: each row says so itself.
package struct LossReport: Sendable {
  /// Something that is missing.
  package struct Loss: Hashable, Sendable {
    /// The word for the cause in JSON.
    let cause: String
    /// How many are missing; `nil` if that is not known.
    let count: UInt64?
    /// What it is, and how to avoid it, as a sentence for people.
    package let text: String

    /// An object of JSON, as a log has it.
    package func json(at time: Timestamp) -> String {
      var object = JSONObject()
      object.add("time", Moment.rfc3339(time))
      object.add("event", LogEvent.lost.rawValue)
      object.add("count", count)
      object.add("cause", cause)
      return object.text
    }
  }

  private var known = Health()
  private var isFirst = true

  package init() {}

  /// Records what was missing at the first look. What ended before it, and datagrams before it, no
  /// sample was to have; what found no room in the table is missing still.
  package mutating func begin(_ health: Health) {
    known = health
    known.tableFull = 0
  }

  /// What has been lost since the last call, or since the first look.
  package mutating func update(_ health: Health) -> [Loss] {
    defer { (known, isFirst) = (health, false) }
    var losses: [Loss] = []
    for loss in LogLoss.allCases {
      guard let count = loss.count(health), let before = loss.count(known), count > before else {
        continue
      }
      let number = count - before
      losses.append(
        Loss(
          cause: loss.rawValue,
          count: number,
          text: "\(Quantity.grouped(number)) \(loss.meaning)"
        )
      )
    }
    // It holds for all samples, so it is reported once.
    guard isFirst else { return losses }
    if case .unavailable(let reason) = health.udp {
      losses.append(Loss(cause: "udp", count: nil, text: "UDP is not followed: \(reason)"))
    }
    return losses
  }
}
