import Connections
import Samples
import StyledText
import Terminal
import Testing

@testable import Monitor
@testable import Screens

/// The line of the header that says what the figures are worth.
struct HealthLineTests {
  private func line(_ health: SourceHealth, width: Int = 200) -> StyledLine {
    HealthLine(health, cpuShare: 0.025).line(width: width)
  }

  private func text(_ health: SourceHealth, width: Int = 200) -> String {
    line(health, width: width).left.map(\.text).joined()
  }

  private let whole = SourceHealth(
    tracked: 1246,
    capacity: 131_072,
    passTime: .microseconds(1250),
    scanTime: .milliseconds(31),
    residentBytes: 21_500_000,
    mapBytes: 31_500_000,
    udp: .cgroup,
    flows: 12
  )

  @Test func saysThatAllIsWell() {
    #expect(
      text(whole) == "bpf: 1,246 sockets, 12 UDP, 0 lost, all owners known, CPU 2.5%,"
        + " memory 20.5M + 30.0M of BPF, sockets read in 1.3ms, owners in 31.0ms"
    )
    #expect(!line(whole).left.contains { $0.style == .alarm })
  }

  @Test func saysWhatIsNot() {
    var health = whole
    health[.openings] = 3
    health[.ends] = 1200
    health.ownersUnknown = 1
    health.limitations = [
      Limitation(what: "UDP", remedy: "no cgroup v2", extent: .connections("udp")),
      Limitation(what: "reasons for drops", remedy: "Use Linux 5.17 or later."),
    ]
    let told = text(health)
    for part in [
      "1,246 of at most 131,072 sockets", "1,200 lost", "1 owner unknown",
      "unknown: UDP, reasons for drops",
    ] {
      #expect(told.contains(part), "\(part) in \(told)")
    }
    health[.unseen] = 4
    #expect(text(health).contains("1,200 lost, 4 ends not seen,"))
    #expect(line(health).left.contains { $0.style == .alarm && $0.text.contains("1,200 lost") })
  }

  @Test func saysWhatBelongsToNoSocket() {
    var health = whole
    health.dropsWithoutSocket = 1234
    health.resetsWithoutSocket = 0
    #expect(text(health).hasSuffix(", unmatched packets: 1,234 dropped"))
    health.resetsWithoutSocket = 5
    #expect(text(health).hasSuffix(", unmatched packets: 1,234 dropped, 5 reset"))
  }

  /// A narrow screen keeps what is needed most, and says how much is not known.
  @Test func fitsEveryWidth() {
    var health = whole
    health.limitations = (0..<10).map {
      Limitation(what: "a figure of some length \($0)", remedy: "None.")
    }
    for width in 1...250 {
      #expect(text(health, width: width).count <= max(0, width - 2))
    }
    #expect(text(health, width: 91).contains("10 limitations: see nettop doctor"))
    #expect(text(health, width: 80).contains("10 limitations, CPU"))
    #expect(text(health, width: 50).hasPrefix("bpf: 1,246 sockets, 12 UDP, 0 lost"))
    #expect(text(health, width: 5).isEmpty)
  }
}

extension HealthLineTests {
  /// What an ordinary user sees, and what would show all.
  @Test func saysWhatStandsInForWhat() {
    var health = whole
    health.source = "diag"
    health.notice = SourceHealth.Notice(
      reason: "own namespace, owners of your processes",
      remedy: "for all: sudo nettop, or make install-caps",
      firstRemedy: "for all: sudo nettop"
    )
    let own = "diag: own namespace, owners of your processes"
    let wide = text(health)
    #expect(wide.hasPrefix("\(own); for all: sudo nettop, or make install-caps | 1,246 sockets, "))
    // The source is named once.
    #expect(!wide.contains(", diag: "))
    #expect(line(health).left.first?.style == .strong)
    // What is shown, why and what follows are never taken for one list.
    #expect(text(health, width: 80) == "\(own); for all: sudo nettop | 0 lost")
    #expect(text(health, width: own.count + 2) == own)
    #expect(text(health, width: own.count + 1) == "diag: own namespace, owners of your …")
    #expect(text(health, width: 40) == "diag: own namespace, owners of your …")
    #expect(text(health, width: 30) == "diag: own namespace, owners…")
    for width in 1...250 { #expect(text(health, width: width).count <= max(0, width - 2)) }
    // A notice is reason enough for the line.
    #expect(HealthLine(health, cpuShare: nil).isNeeded)
    health.notice = nil
    #expect(!HealthLine(health, cpuShare: nil).isNeeded)
    #expect(text(health).hasPrefix("diag: 1,246 sockets, "))
  }

  /// Why BPF does not work, with one way out.
  @Test func saysWhyAnotherSourceDoesNotWork() {
    var health = whole
    health.source = "diag"
    health.notice = SourceHealth.Notice(reason: "no BPF: the kernel has no BTF", remedy: "use 5.14")
    #expect(text(health, width: 80).hasPrefix("diag: no BPF: the kernel has no BTF; use 5.14 | "))
    #expect(text(health, width: 40) == "diag: no BPF: the kernel has no BTF")
    #expect(health.notice?.text == "no BPF: the kernel has no BTF; use 5.14")
    #expect(fourth(health).hasPrefix("diag: no BPF: the kernel has no BTF; use 5.14"))
  }

  private func fourth(_ health: SourceHealth, _ width: Int = 80) -> String {
    var state = ScreenState(host: "example")
    state.apply(Sample.batch(0, [.upsert(Sample.connection(1))], health: health))
    for second in 1...3 {
      let counters = Sample.counters(UInt64(second * second) * 100_000, 0)
      state.apply(
        Sample.batch(
          Double(second),
          [.counters(Sample.id(1), .established, counters)],
          health: health
        )
      )
    }
    return state.screen(width, 24)[3]
  }

  /// Samples alone do not show how many connections opened and ended.
  @Test func whatNoSampleSeesIsNotCounted() {
    func traffic(_ gaps: Set<SourceHealth.Gap>) -> String {
      var health = whole
      health.gaps = gaps
      var state = ScreenState(host: "example")
      state.apply(Sample.batch(0, health: health))
      let opened = Sample.connection(1, openedAt: 0.5)
      state.apply(Sample.batch(1, [.upsert(opened)], health: health))
      return state.screen(120, 24)[1]
    }
    #expect(traffic([.accepted, .openers]).contains("opened 1/s      closed 0/s "))
    #expect(traffic([.shortLived]).contains("opened -        closed -  "))
    #expect(traffic([.shortLived]).hasPrefix("RX 0B/s"))
  }

  @Test func noEndIsNotClaimedWhereEndsAreNotSeen() {
    func empty(_ gaps: Set<SourceHealth.Gap>) -> String {
      var health = whole
      health.gaps = gaps
      var state = ScreenState(host: "example")
      state.apply(Sample.batch(0, health: health))
      state.press(.character("6"))
      return state.screen(80, 24).joined()
    }
    #expect(empty([]).contains("No connection has ended since nettop started."))
    #expect(empty([.shortLived]).contains("those shorter than an interval are not seen."))
  }

  /// Where nothing is lost, limited or unknown, the line is a graph of what the host does.
  @Test func aGraphTakesThePlaceOfWhatNeedNotBeSaid() {
    let graph = fourth(whole)
    #expect(graph.hasPrefix("RX ") && graph.contains(" peak 488K/s") && graph.contains("TX "))
    #expect(graph.contains("▅█") || graph.contains("▆█") || graph.contains("▂▄▆"), "\(graph)")
    for change in [
      { $0[.ends] = 1 }, { $0[.missed] = 1 }, { $0[.uncounted] = 1 },
      { $0[.surplus] = 1 }, { $0[.unseen] = 1 },
      { $0[.passes] = 1 }, { $0[.openings] = 1 }, { $0[.datagrams] = 1 }, { $0[.holders] = 1 },
      { $0.ownersUnknown = 1 }, { $0[.dropReasons] = 1 },
      { $0.limitations = [Limitation(what: "UDP (off)", remedy: "None.", extent: .chosen)] },
      { $0.limitations = [Limitation(what: "resets", remedy: "None.")] },
    ] as [(inout SourceHealth) -> Void] {
      var health = whole
      change(&health)
      #expect(fourth(health).hasPrefix("bpf: 1,246"), "\(health)")
    }
    var health = whole
    health.limitations = [Limitation(what: "UDP (off)", remedy: "None.", extent: .chosen)]
    #expect(fourth(health, 250).contains("unknown: UDP (off)"))
    #expect(fourth(health, 250).contains("RX "), "there is room for both")
    for width in 1...250 { _ = fourth(whole, width) }
  }
}
