import Connections
import Samples
import Terminal
import Testing

@testable import Monitor
@testable import Screens

/// Keys while a batch is taken in.
struct IntakeTests {
  /// The second batch: every connection has sent more, one has ended, one is new.
  private static let batch = Sample.batch(
    1,
    (1...4).map { cookie in
      .counters(Sample.id(cookie), .established, Counters(bytesSent: cookie * 1000))
    } + [
      .ended(Sample.connection(2, owner: Sample.owner(10, "curl"), closed: (0.5, .fin))),
      .upsert(Sample.connection(7, owner: Sample.owner(30, "ssh"), openedAt: 0.7)),
    ]
  )

  /// Presses keys while the batch is taken in.
  private func meanwhile(_ keys: String) -> ScreenState {
    var state = Sample.pairs()
    let intake = state.beginIntake()
    for key in keys { state.press(key == "\n" ? .enter : .character(key), width: 160) }
    state.finish(intake.applying(Self.batch), of: Self.batch)
    return state
  }

  /// Presses them after it.
  private func after(_ keys: String) -> ScreenState {
    var state = Sample.pairs()
    state.apply(Self.batch)
    for key in keys { state.press(key == "\n" ? .enter : .character(key), width: 160) }
    return state
  }

  @Test(arguments: [
    "", "b", "bI", "2", "3*", "4", "5", "6", "2b1", "/curl\n", "2/nginx\n", "o", "\\", "D", "c",
    "0",
  ])
  func theyHaveTheEffectOfThoseThatComeAfterIt(_ keys: String) {
    var (early, late) = (meanwhile(keys), after(keys))
    let screen = late.screen(160, 24)
    #expect(early.screen(160, 24) == screen)
    // Both go on alike.
    let next = Sample.batch(
      2,
      [.counters(Sample.id(3), .established, Counters(bytesSent: 90_000))]
    )
    early.apply(next)
    late.apply(next)
    #expect(early.screen(160, 24) == late.screen(160, 24))
    #expect(late.screen(160, 24) != screen)
  }

  @Test func tagsStay() {
    var state = Sample.pairs()
    state.select(3)
    let intake = state.beginIntake()
    state.press(.character(" "))
    #expect(state.model.taggedConnections == [Sample.id(3)])
    state.finish(intake.applying(Self.batch), of: Self.batch)
    #expect(state.model.taggedConnections == [Sample.id(3)])
    #expect(state.model.table.samples == 2)
  }

  @Test func totalsAreSetBackAtTheBatch() {
    var state = Sample.pairs()
    state.press(.character("2"))
    let intake = state.beginIntake()
    state.resetTotals()
    state.finish(intake.applying(Self.batch), of: Self.batch)
    #expect(state.totalsResetAt == Sample.time(1))
    #expect(state.rows.allSatisfy { $0.counters.bytesSent == 0 })
  }

  @Test func aPauseHoldsWhatWasOnTheScreen() {
    var state = Sample.pairs()
    let before = state.cookies
    let intake = state.beginIntake()
    state.togglePause()
    state.finish(intake.applying(Self.batch), of: Self.batch)
    #expect(state.cookies == before)
    #expect(state.model.table.samples == 1)
    state.togglePause()
    #expect(state.model.table.samples == 2)
    #expect(state.cookies.contains(7))
  }

  @Test func alertsThatWereLookedAtAreOldUnlessThereAreMore() throws {
    for (rtt, isNew) in [(100, false), (300, true)] as [(UInt32, Bool)] {
      let rule = try AlertRule(parsing: "rtt>200ms")
      var state = ScreenState(host: "example", alerts: [rule])
      let slow = Counters(bytesSent: 1, rtt: 250_000)
      state.apply(Sample.batch(0, [.upsert(Sample.connection(1, counters: slow))]))
      #expect(state.alerts.hasNews)
      let batch = Sample.batch(
        1,
        [.upsert(Sample.connection(2, counters: Counters(bytesSent: 1, rtt: rtt * 1000)))]
      )
      let intake = state.beginIntake()
      state.showAlerts()
      #expect(!state.alerts.hasNews)
      state.finish(intake.applying(batch), of: batch)
      #expect(state.alerts.hasNews == isNew)
      #expect(state.alerts.count == (isNew ? 2 : 1))
    }
  }

  @Test func onlyBatchesThatAreLargeForTheTableAreTakenInBeside() {
    func batch(_ count: UInt64) -> Batch {
      Sample.batch(0, (0..<count).map { .upsert(Sample.connection($0 + 1)) })
    }
    var state = ScreenState(host: "example")
    #expect(!state.isLarge(batch(4095)))
    #expect(state.isLarge(batch(4096)))
    state.apply(batch(80_000))
    #expect(!state.isLarge(batch(4999)))
    #expect(state.isLarge(batch(5000)))
  }

  @Test func theFirstBatchOfAPauseIsTakenInBesideWhereThereAreManyRows() {
    for (rows, isLarge) in [(4000, false), (5000, true)] as [(UInt64, Bool)] {
      var state = ScreenState(host: "example")
      state.apply(Sample.batch(0, (0..<rows).map { .upsert(Sample.connection($0 + 1)) }))
      let next = Sample.batch(1, [.counters(Sample.id(1), .established, Counters(bytesSent: 9))])
      #expect(!state.isLarge(next))
      state.togglePause()
      #expect(state.isLarge(next) == isLarge)
      let intake = state.beginIntake()
      state.finish(intake.applying(next), of: next)
      #expect(!state.isLarge(next))
      #expect(state.model.table.samples == 1)
      state.togglePause()
      #expect(!state.isLarge(next))
      #expect(state.model.table.samples == 2)
      // A pause without a batch is over with its end.
      state.togglePause()
      state.togglePause()
      #expect(!state.isLarge(next))
    }
  }
}
