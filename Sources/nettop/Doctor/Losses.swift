import Monitor
import Tracer

/// What nettop missed, each with its cause and what helps against it.
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
        text: "sockets found no room in the table",
        cure: "give the table more room with --capacity"
      ),
      Loss(
        count: health.recordsLost,
        text: "ends are lost, as they were not read in time",
        cure: "let nettop run before others: nice -n -10 nettop"
      ),
      Loss(
        count: health.endsUnseen,
        text: "ends were not seen, as the kernel ran no program at that moment",
        cure: "no setting changes that: these connections are listed with the reason unknown"
      ),
      Loss(
        count: health.passesFailed,
        text: "passes failed, as the kernel refused them",
        cure: "if that goes on, please report it, with this output"
      ),
      Loss(
        count: health.flowsFull,
        text: "datagrams found no room for a flow",
        cure: "give the table of flows more room with --capacity"
      ),
      Loss(
        count: health.dropReasonsLost,
        text: "dropped packets have no reason counted",
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
