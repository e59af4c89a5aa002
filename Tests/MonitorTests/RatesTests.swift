import Connections
import Samples
import Testing

@testable import Monitor

struct RatesTests {
  private func rates(_ model: Model, _ cookie: UInt64) -> Rates? {
    model.position(of: Sample.id(cookie)).flatMap(model.row(at:)).flatMap {
      model.table.rates(of: $0)
    }
  }

  @Test func areThoseOfTwoSamples() throws {
    let old = Counters(bytesSent: 100, bytesReceived: 50, packetsSent: 10, retransmits: 1)
    let new = Counters(bytesSent: 300, bytesReceived: 50, packetsSent: 30, retransmits: 6)
    let rates = try #require(Rates(from: (old, Sample.time(1)), to: (new, Sample.time(3))))
    #expect(rates.bytesSent == 100)
    #expect(rates.bytesReceived == 0)
    #expect(rates.retransmitShare == 0.25)
    #expect(rates.bytes == 100)
  }

  @Test func needTimeBetweenTheSamples() {
    #expect(Rates(from: (Counters(), Sample.time(1)), to: (Counters(), Sample.time(1))) == nil)
    #expect(Rates(from: (Counters(), Sample.time(2)), to: (Counters(), Sample.time(1))) == nil)
  }

  @Test func aCounterThatWentBackHasNotGrown() {
    let growth = Growth(from: Counters(bytesSent: 9), to: Counters(bytesSent: 3))
    #expect(growth.bytesSent == 0)
  }

  @Test func areUnknownInTheFirstSample() {
    var model = Model()
    model.apply(Sample.batch(0, [.upsert(Sample.connection(1))]))
    #expect(rates(model, 1) == nil)
    model.apply(Sample.batch(1))
    #expect(rates(model, 1) == .zero)
  }

  @Test func ofTheFirstSampleCountFromTheOpening() {
    var model = Model()
    let counters = Counters(bytesReceived: 500)
    let connection = Sample.connection(1, counters: counters, openedAt: -0.5)
    model.apply(Sample.batch(0, [.upsert(connection)]))
    #expect(rates(model, 1)?.bytesReceived == 1000)
  }

  @Test func ofALaterOpeningCountFromTheSampleBefore() {
    var model = Model()
    model.apply(Sample.batch(0))
    let counters = Counters(bytesReceived: 500)
    let connection = Sample.connection(1, counters: counters, openedAt: 1.999)
    model.apply(Sample.batch(2, [.upsert(connection)]))
    #expect(rates(model, 1)?.bytesReceived == 250)
  }

  @Test func ofAFlowWithoutAnOpeningCountFromTheSampleBefore() {
    var model = Model()
    model.apply(Sample.batch(0))
    let counters = Counters(bytesReceived: 500, retransmits: nil)
    model.apply(Sample.batch(2, [.upsert(Sample.connection(1, proto: .udp, counters: counters))]))
    #expect(rates(model, 1)?.bytesReceived == 250)
    #expect(model.table.activity.growth.bytesReceived == 500)
    #expect(model.table.activity.opened == 0)
  }

  @Test func fallToZeroWithoutAChange() {
    var model = Model()
    model.apply(Sample.batch(0, [.upsert(Sample.connection(1))]))
    model.apply(
      Sample.batch(2, [.counters(Sample.id(1), .established, Counters(bytesSent: 100))])
    )
    #expect(rates(model, 1)?.bytesSent == 50)
    model.apply(Sample.batch(4))
    #expect(rates(model, 1) == .zero)
    // Quiet intervals are no part of the next rate.
    model.apply(
      Sample.batch(6, [.counters(Sample.id(1), .established, Counters(bytesSent: 300))])
    )
    #expect(rates(model, 1)?.bytesSent == 100)
  }

  @Test func datagramsHaveNoShareOfRetransmits() throws {
    var model = Model()
    let udp = Counters(packetsSent: 10, retransmits: nil, congestionWindow: nil)
    model.apply(
      Sample.batch(0, [.upsert(Sample.connection(1, proto: .udp, counters: udp, openedAt: -1))])
    )
    let row = try #require(model.row(at: 0))
    for column in [Column.ID.retransmits, .retransmitShare] {
      #expect(Column.with(column).cell(row, CellContext(model.table)) == .absent)
      #expect(row.read { Column.with(column).sort($0, model.table) } == .absent)
    }
    let shares = try ["retr%<=1%", "retr%>=0%"].map { text in
      FilterTests.cookies(try Filter(parsing: text), model)
    }
    #expect(shares == [[], []])
  }

  @Test func ofSeveralDeltasInABatchAddUp() {
    var model = Model()
    model.apply(Sample.batch(0))
    model.apply(
      Sample.batch(
        1,
        [
          .upsert(Sample.connection(1, counters: Counters(bytesSent: 10), openedAt: 0.5)),
          .counters(Sample.id(1), .established, Counters(bytesSent: 25)),
          .ended(
            Sample.connection(1, counters: Counters(bytesSent: 40), closed: (0.9, .fin))
          ),
        ]
      )
    )
    #expect(rates(model, 1)?.bytesSent == 40)
    #expect(model.table.activity.growth.bytesSent == 40)
    #expect(model.table.activity.opened == 1)
    #expect(model.table.activity.closed == 1)
  }
}
