import Connections
import Samples
import Testing

@testable import Monitor

/// What a reader makes of batches that come twice, are missing or span a change of the wall clock.
struct BatchContractTests {
  private func batch(
    _ sequence: UInt64,
    isKeyframe: Bool = false,
    wallOffset: Int64 = 0,
    _ deltas: [Delta]
  ) -> Batch {
    Batch(
      sequence: sequence,
      isKeyframe: isKeyframe,
      time: Sample.batch(Double(sequence)).time,
      wallOffset: wallOffset,
      deltas: deltas,
      namespaces: [],
      health: SourceHealth()
    )
  }

  private func received(_ cookie: UInt64, _ bytes: UInt64) -> Connection {
    Sample.connection(cookie, counters: Counters(bytesReceived: bytes), openedAt: 0.5)
  }

  private func live(_ model: Model) -> [UInt64: UInt64] {
    var rows: [UInt64: UInt64] = [:]
    for position in 0..<model.count {
      guard let row = model.row(at: position), row.end == nil else { continue }
      rows[row.id.cookie] = row.counters.bytesReceived
    }
    return rows
  }

  @Test func deltasToldTwiceDoNoHarm() {
    let other = received(2, 7)
    var ended = other
    ended.state = .closed
    ended.end = Connection.End(at: Sample.batch(2).time, reason: .fin)
    let batches = [
      batch(1, [.upsert(received(1, 5)), .upsert(other)]),
      batch(
        2,
        [.counters(received(1, 0).id, .established, Counters(bytesReceived: 9)), .ended(ended)]
      ),
    ]
    var once = Model()
    var twice = Model()
    for batch in batches {
      once.apply(batch)
      twice.apply(batch)
      twice.apply(batch)
    }
    #expect(live(once) == [1: 9])
    #expect(live(twice) == [1: 9])
    #expect(twice.summary.connections == 1)
    #expect(twice.count == once.count)
    // What is told again, whole, is as it is now.
    var again = received(1, 11)
    again.owner = Sample.owner(9, "late")
    twice.apply(batch(3, [.upsert(again)]))
    #expect(live(twice) == [1: 11])
    let row = twice.row(at: 0)
    #expect(row.flatMap { twice.table.owners[$0.owner] }?.process.name == "late")
  }

  /// An end that was missed is made up for by the next keyframe, and by no other batch.
  @Test func aKeyframeHealsWhatWasMissed() {
    var model = Model()
    model.apply(batch(1, isKeyframe: true, [.upsert(received(1, 5)), .upsert(received(2, 6))]))
    // Without a gap, a keyframe ends nothing.
    model.apply(batch(2, isKeyframe: true, [.upsert(received(1, 6))]))
    #expect(live(model) == [1: 6, 2: 6])
    model.apply(batch(4, [.upsert(received(3, 1))]))
    #expect(live(model) == [1: 6, 2: 6, 3: 1])
    model.apply(batch(5, isKeyframe: true, [.upsert(received(1, 8)), .upsert(received(3, 2))]))
    #expect(live(model) == [1: 8, 3: 2])
    let gone = (0..<model.count).compactMap { model.row(at: $0) }.first { $0.id.cookie == 2 }
    #expect(gone?.end?.isUnseen == true)
    #expect(gone?.counters.bytesReceived == 6)
    #expect(gone?.remote == received(2, 6).remote)
  }

  /// Ages and rates go by the time since the boot, times of day by the clock on the wall.
  @Test func aClockThatIsSetChangesTimesOfDayAlone() throws {
    var model = Model(retention: .sample)
    model.apply(batch(1, [.upsert(received(1, 5))]))
    model.apply(
      batch(
        2,
        wallOffset: -3600 * 1_000_000_000,
        [.counters(received(1, 0).id, .established, Counters(bytesReceived: 1005))]
      )
    )
    let row = try #require(model.row(at: 0))
    #expect(model.table.rates(of: row)?.bytesReceived == 1000)
    let context = CellContext(model.table)
    #expect(Column.with(.age).cell(row, context).text() == "1s")
    let opened = Field.openedAt.value(row, model.table)
    #expect(opened == .word("2026-03-01T11:00:00.500000Z"))
    #expect(Field.time.value(row, model.table) == .word("2026-03-01T11:00:02.000000Z"))
    model.view.filter = try Filter(parsing: "opened_at<2026-03-01T11:30:00Z")
    #expect(model.count == 1)
    var text = ""
    JSONFormatter(fields: [.time]).write(model, to: &text)
    #expect(text.contains("2026-03-01T11:00:02"))
  }
}
