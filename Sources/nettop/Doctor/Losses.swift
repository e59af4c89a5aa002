import Connections
import Monitor

/// What nettop missed, each with its cause and its cure.
struct Losses {
  private struct Loss {
    let count: UInt64
    let text: String
    let cure: String?
  }

  private let losses: [Loss]

  init(_ health: Health) {
    let all = [
      Loss(
        count: health.tableFull,
        text: "sockets not followed: the table was full",
        cure: "use a larger --capacity"
      ),
      Loss(
        count: health.recordsLost,
        text: "ends lost: they were not read in time",
        cure: "raise nettop's priority: nice -n -10 nettop"
      ),
      Loss(
        count: health.endsMissed,
        text: "ends lost: no program saw them, or their record went astray",
        cure: "if this continues, please report it with this output"
      ),
      Loss(
        count: health.endsUnseen,
        text: "ends not seen: the kernel ran no program at that moment",
        cure: "no setting avoids that: these connections are listed with the reason unknown"
      ),
      Loss(
        count: health.passesFailed,
        text: "passes failed: the kernel refused them",
        cure: "if this continues, please report it with this output"
      ),
      Loss(
        count: health.flowsFull,
        text: "datagrams not counted per flow: the flow table was full",
        cure: "use a larger --capacity"
      ),
      Loss(
        count: health.datagramsLost,
        text: "datagrams not counted: their socket found no room, or the program was interrupted",
        cure: health.tableFull > 0
          ? "use a larger --capacity" : "no setting avoids that: the kernel left a program out"
      ),
      Loss(
        count: health.dropReasonsLost,
        text: "dropped packets counted without a reason",
        cure: nil
      ),
      Loss(
        count: UInt64(health.holdersFull),
        text: "processes that share a socket are not listed",
        cure: nil
      ),
    ]
    losses = all.filter { $0.count > 0 }
  }

  var finding: Finding {
    if losses.isEmpty { return .ok("losses", "nothing was lost") }
    let texts = losses.map { "\(Quantity.grouped($0.count)) \($0.text)" }
    let cures = losses.compactMap(\.cure)
    return Finding(
      "losses",
      .warning,
      texts.joined(separator: "; "),
      cure: cures.isEmpty ? nil : cures.joined(separator: "; ")
    )
  }
}
