import Connections
import Monitor

/// What nettop missed, each with its cause and its remedy.
struct Losses {
  private let losses: [Loss]

  init(_ health: SourceHealth) {
    losses = health.losses
  }

  var finding: Finding {
    if losses.isEmpty { return .ok("losses", "nothing was lost") }
    var remedies: [String] = []
    for case let remedy? in losses.map(\.kind.remedy) where !remedies.contains(remedy) {
      remedies.append(remedy)
    }
    if losses.contains(where: { $0.kind.remedy == nil }) {
      remedies.append(remedies.isEmpty ? "no setting avoids that" : "no setting avoids the others")
    }
    return Finding(
      "losses",
      .warning,
      losses.map(\.text).joined(separator: "; "),
      cure: remedies.joined(separator: "; ")
    )
  }
}
