import Connections
import Samples
import Terminal
import Testing

@testable import Monitor
@testable import Recording
@testable import Screens

/// A recording gives back what it was given: models and screens made of it are those made live.
struct RoundTripTests {
  private func canvas(_ state: inout ScreenState) -> Canvas {
    var canvas = Canvas(width: 200, height: 50)
    state.draw(into: &canvas)
    return canvas
  }

  private func json(_ model: Model) -> String {
    var text = ""
    JSONFormatter().write(model, to: &text)
    return text
  }

  /// The first lines that differ; `nil` if none do.
  private func difference(_ one: String, _ other: String) -> String? {
    if one == other { return nil }
    let lines = (one.split(separator: "\n"), other.split(separator: "\n"))
    let differing = zip(lines.0, lines.1).first { $0 != $1 }
    return differing.map { "\($0)\n\($1)" } ?? "\(lines.0.count) and \(lines.1.count) lines"
  }

  private func difference(_ one: Canvas, _ other: Canvas) -> String? {
    if one == other { return nil }
    return difference(
      one.lines.joined(separator: "\n"),
      other.lines.joined(separator: "\n")
    ) ?? "styles"
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `models and screens are the same, frame by frame`(seed: UInt64) throws {
    let file = try TemporaryRecording()
    let live = RandomRecording.batches(seed, count: 40)
    try file.record(live)
    let replayed = try file.batches()
    #expect(replayed.count == live.count)
    for view in ViewKind.allCases {
      var settings = Settings()
      settings.view = view
      var one = ScreenState(host: "example", settings: settings)
      var other = one
      var model = Model(retention: .sample)
      var otherModel = Model(retention: .sample)
      for (batch, again) in zip(live, replayed) {
        one.apply(batch)
        other.apply(again)
        model.apply(batch)
        otherModel.apply(again)
        #expect(difference(canvas(&one), canvas(&other)) == nil)
        #expect(difference(json(model), json(otherModel)) == nil)
        #expect(batch.health == again.health)
        #expect(batch.time == again.time)
        #expect(batch.wallOffset == again.wallOffset)
        #expect(batch.boot == again.boot)
        #expect(batch.isKeyframe == again.isKeyframe)
      }
    }
  }

  /// Every figure that a connection can have, and every one that can be unknown.
  @Test func `all metrics are kept`() throws {
    var counters = Counters()
    for (index, metric) in Metric.all.enumerated() {
      switch metric.store {
      case .number(let store): store(&counters, UInt64(index + 1))
      case .text(let store): store(&counters, "cubic")
      }
    }
    counters.accepted = 3
    var causes = counters.lossCauses ?? LossCauses()
    causes.drops = [
      LossCauses.Drop(reason: "SOCKET_RCVBUFF", packets: 9),
      LossCauses.Drop(reason: "TCP_CSUM", packets: 2),
    ]
    counters.lossCauses = causes
    var all = Sample.connection(1, counters: counters, owner: Sample.owner(1, "a"), openedAt: 0)
    all.parent = Sample.id(9, 9)
    all.local = Sample.endpoint("fe80::1%eth0", 1)
    all.owner?.others = [Sample.process(7), Sample.process(8)]
    var none = Sample.connection(.max, counters: .absent)
    var ended = Sample.connection(3, counters: counters, closed: (1, .reset))
    ended.end = Connection.End(
      at: Sample.time(1),
      reason: .reset,
      error: 104,
      reset: Reset(isSent: true, reason: "TCP_ABORT_ON_DATA"),
      neverEstablished: true
    )
    let file = try TemporaryRecording()
    try file.record([Sample.batch(0, [.upsert(all), .upsert(none), .ended(ended)])])
    // They were first reported by that batch.
    all.seenAt = Sample.time(0)
    none.seenAt = Sample.time(0)
    ended.seenAt = Sample.time(0)
    let batch = try #require(try file.batches().first)
    guard case .upsert(let first) = batch.deltas[0], case .upsert(let second) = batch.deltas[1],
      case .ended(let third) = batch.deltas[2]
    else {
      Issue.record("other deltas: \(batch.deltas)")
      return
    }
    #expect(first == all)
    #expect(second == none)
    #expect(third == ended)
  }

  @Test func `a reader begins anywhere`() throws {
    let file = try TemporaryRecording()
    let batches = RandomRecording.batches(3, count: 60)
    try file.record(batches)
    var history = try file.history()
    var straight = Model(retention: .sample)
    for (index, batch) in batches.enumerated() {
      straight.apply(batch)
      let position = Int64(index + 1)
      // Numbers begin with 2, as one is left out before each run.
      let past = try history.batches(upTo: position + 1)
      #expect(past.first?.batch.isKeyframe == true)
      #expect(past.last?.position == position + 1)
      #expect(past.last?.batch.time == batch.time)
      var jumped = Model(retention: .sample)
      for one in past { jumped.apply(one.batch) }
      #expect(open(in: jumped) == open(in: straight))
    }
  }

  /// What is open, with its figures.
  private func open(in model: Model) -> [Connection.ID: Connection] {
    let table = model.table
    var connections: [Connection.ID: Connection] = [:]
    for slot in 0..<table.bound {
      guard let row = table[slot], row.end == nil else { continue }
      connections[row.id] = table.connection(of: row)
    }
    return connections
  }
}
