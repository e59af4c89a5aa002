import Connections
import Monitor
import StyledText
import Terminal

/// How far the figures below can be trusted: what is followed, lost and unknown, and what
/// knowing it costs. It is needed only where something is lost, limited or unknown.
///
///     bpf: 1,246 sockets, 0 lost, all owners known, CPU 3.2%, memory 85.2M + 30.1M of BPF
///     diag: no BPF: the kernel has no BTF; use Linux 5.14 or later | 1,246 sockets, 0 lost
struct HealthLine {
  private let health: SourceHealth
  private let cpuShare: Double?

  init(_ health: SourceHealth, cpuShare: Double?) {
    self.health = health
    self.cpuShare = cpuShare
  }

  /// Whether anything is missing on the screen.
  var isNeeded: Bool {
    health.notice != nil || !health.losses.isEmpty || !health.limitations.isEmpty
      || health.ownersUnknown > 0
  }

  /// As much as fits into this many columns, the most needed first.
  func line(width: Int) -> StyledLine {
    // With a blank in front and behind.
    let room = width - 2
    var parts = notice.first { StyledLine.columns(of: [$0]) <= room }.map { [$0] } ?? []
    if parts.isEmpty, let shortest = notice.last {
      return StyledLine(left: StyledLine.cut([shortest], toColumns: max(0, room)))
    }
    // The notice has commas of its own.
    var separator = parts.isEmpty ? "" : " | "
    for wordings in [[coverage], [losses], [owners], limitations, [cpu], memory, [times], others] {
      let columns = StyledLine.columns(of: parts) + separator.count
      guard let part = wordings.first(where: { columns + StyledLine.columns(of: [$0]) <= room })
      else { continue }
      parts.append(StyledLine.Part(separator + part.text, part.style))
      separator = ", "
    }
    return StyledLine(left: parts)
  }

  /// What this source shows in place of one that knows more.
  private var notice: [StyledLine.Part] {
    guard let notice = health.notice else { return [] }
    return [notice.text, "\(notice.reason); \(notice.firstRemedy)", notice.reason].map {
      .init("\(health.source): \($0)", .strong)
    }
  }

  private var coverage: StyledLine.Part {
    let tracked = Quantity.grouped(health.tracked)
    let isFull = health[.openings] > 0
    let capacity = isFull ? " of at most \(Quantity.grouped(health.capacity))" : ""
    let flows = health.flows > 0 ? ", \(Quantity.grouped(health.flows)) UDP" : ""
    let source = health.notice == nil ? "\(health.source): " : ""
    return .init(
      "\(source)\(tracked)\(capacity) \(health.tracked == 1 ? "socket" : "sockets")\(flows)"
    )
  }

  /// What is gone for good; what else was missed is found again.
  private var losses: StyledLine.Part {
    let (lost, unseen) = (health.endsLost, health[.unseen])
    let others = unseen > 0 ? ", \(Quantity.grouped(unseen)) ends not seen" : ""
    return .init("\(Quantity.grouped(lost)) lost\(others)", lost > 0 ? .alarm : .plain)
  }

  private var owners: StyledLine.Part {
    let unknown = health.ownersUnknown
    if unknown == 0 { return .init("all owners known") }
    return .init("\(Quantity.grouped(unknown)) \(unknown == 1 ? "owner" : "owners") unknown")
  }

  /// What the source cannot know: each by name, or how many, or nothing where there are none.
  private var limitations: [StyledLine.Part] {
    let names = health.limitations.map(\.what)
    if names.isEmpty { return [] }
    let count = names.count == 1 ? "1 limitation" : "\(names.count) limitations"
    return [
      .init("unknown: \(names.joined(separator: ", "))"), .init("\(count): see nettop doctor"),
      .init(count),
    ]
  }

  private var cpu: StyledLine.Part {
    .init("CPU \(cpuShare.map(Quantity.percent) ?? "-")")
  }

  private var memory: [StyledLine.Part] {
    let own = "memory \(Quantity.bytes(health.residentBytes))"
    guard health.mapBytes > 0 else { return [.init(own)] }
    return [.init("\(own) + \(Quantity.bytes(health.mapBytes)) of BPF"), .init(own)]
  }

  /// Packets that belong to no row.
  private var others: [StyledLine.Part] {
    let texts = [
      (health.dropsWithoutSocket ?? 0, "dropped"), (health.resetsWithoutSocket ?? 0, "reset"),
    ].filter { $0.0 > 0 }.map { "\(Quantity.grouped($0.0)) \($0.1)" }
    return texts.isEmpty ? [] : [.init("unmatched packets: \(texts.joined(separator: ", "))")]
  }

  /// How long the last pass took, and the last scan, in words that need no explanation.
  private var times: StyledLine.Part {
    let pass = DurationText.microseconds(health.passTime.microseconds)
    let scan = DurationText.microseconds(health.scanTime.microseconds)
    return .init("sockets read in \(pass), owners in \(scan)")
  }
}
