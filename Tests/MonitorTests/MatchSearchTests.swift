import Connections
import Samples
import Testing

@testable import Monitor

struct MatchSearchTests {
  private func search(_ text: String, _ batches: [Batch]) throws -> [UInt64?] {
    var search = MatchSearch(try Filter(parsing: text))
    return batches.map { search.apply($0)?.cookie }
  }

  private func opened(_ cookie: UInt64, rtt: UInt32 = 1000) -> Delta {
    .upsert(Sample.connection(cookie, counters: Sample.counters(0, 0, rtt: rtt)))
  }

  private func slow(_ cookie: UInt64, _ rtt: UInt32) -> Delta {
    .counters(Sample.id(cookie), .established, Sample.counters(1000, 1000, rtt: rtt))
  }

  @Test func aConnectionThatFailsMatchesAtItsEnd() throws {
    let batches = [
      Sample.batch(0, [opened(1)]),
      Sample.batch(1, [opened(2)]),
      Sample.batch(2, [.ended(Sample.connection(2, state: .closed, closed: (1.5, .fin)))]),
      Sample.batch(3, [.ended(Sample.connection(3, state: .closed, closed: (2.5, .refused)))]),
      Sample.batch(4),
      Sample.batch(5, [.ended(Sample.connection(4, state: .closed, closed: (4.5, .refused)))]),
    ]
    #expect(try search("reason=refused", batches) == [nil, nil, nil, 3, nil, 4])
  }

  @Test func onlyTheFirstOfSuccessiveMatchesCounts() throws {
    let batches = [
      Sample.batch(0, [opened(1), opened(2, rtt: 90_000)]),
      Sample.batch(1, [slow(1, 60_000)]),
      Sample.batch(2, [slow(1, 70_000), slow(2, 80_000)]),
      Sample.batch(3, [slow(1, 1000)]),
      Sample.batch(4),
      Sample.batch(5, [slow(1, 60_000)]),
    ]
    #expect(try search("rtt>50ms", batches) == [nil, 1, nil, nil, nil, 1])
  }

  @Test func aRateThatFallsAndRisesMatchesAgain() throws {
    func sent(_ bytes: UInt64) -> Delta {
      .counters(Sample.id(1), .established, Sample.counters(0, bytes))
    }
    let batches = [
      Sample.batch(0, [opened(1)]), Sample.batch(1, [sent(5000)]), Sample.batch(2),
      Sample.batch(3, [sent(5100)]), Sample.batch(4, [sent(9000)]),
    ]
    #expect(try search("tx/s>1000", batches) == [nil, 1, nil, nil, 1])
  }

  @Test func listenersAreFoundOnlyWhereTheyAreAskedFor() throws {
    let listener = Delta.upsert(
      Sample.connection(
        2,
        remote: Sample.endpoint("0.0.0.0", 0),
        state: .listen,
        owner: Sample.owner(7, "nginx")
      )
    )
    let batches = [
      Sample.batch(0, [opened(1)]), Sample.batch(1, [listener]),
      Sample.batch(2, [.upsert(Sample.connection(3, owner: Sample.owner(7, "nginx")))]),
    ]
    #expect(try search("nginx", batches) == [nil, nil, 3])
    #expect(try search("listen", batches) == [nil, 2, nil])
  }

  @Test func whatASourceHasAtItsStartHasMatchedBefore() throws {
    func batch(_ seconds: Double, _ sequence: UInt64, _ boot: String, _ cookie: UInt64) -> Batch {
      Batch(
        sequence: sequence,
        isKeyframe: sequence == 1,
        boot: boot,
        time: Sample.time(seconds),
        deltas: [opened(cookie)],
        namespaces: [],
        health: SourceHealth()
      )
    }
    let batches = [
      batch(0, 1, "a", 1), batch(1, 2, "a", 2),
      // Started again on the same boot, and on another.
      batch(10, 1, "a", 3), batch(11, 2, "a", 4), batch(20, 1, "b", 5), batch(21, 2, "b", 6),
    ]
    #expect(try search("rtt<1s", batches) == [nil, 2, nil, 4, nil, 6])
  }

  @Test func aSlotThatIsUsedAgainHasANewMatch() throws {
    let batches = [
      Sample.batch(0), Sample.batch(1, [opened(1)]),
      Sample.batch(2, [.ended(Sample.connection(1, state: .closed, closed: (2, .fin)))]),
      Sample.batch(3, [opened(2)]),
    ]
    #expect(try search("raddr=192.0.2.1", batches) == [nil, 1, nil, 2])
  }

  /// What changed decides, so it is compared with a look at all rows of each batch.
  @Test(arguments: ["rtt>1ms", "reason=reset", "nginx", "state=estab", "tx/s>0"])
  func itAgreesWithALookAtAllRows(_ text: String) throws {
    let filter = try Filter(parsing: text)
    for seed in 1...20 as ClosedRange<UInt64> {
      var random = RandomBatches(seed)
      var search = MatchSearch(filter)
      var table = ConnectionTable(retention: .sample)
      var before: Set<Connection.ID> = []
      var ended: Set<Connection.ID> = []
      for number in 0..<40 {
        let chance = random.next(deltas: 12)
        // A connection ends once.
        let deltas = chance.deltas.filter { delta in
          guard case .ended(let connection) = delta else { return true }
          return ended.insert(connection.id).inserted
        }
        let batch = Batch(
          time: chance.time,
          deltas: deltas,
          namespaces: chance.namespaces,
          health: chance.health
        )
        _ = table.apply(batch)
        table.clean(table.takeDirty())
        let matcher = RowMatcher(filter, table)
        let rows = (0..<table.bound).compactMap { table[$0] }
        let now = Set(rows.filter { !$0.isListener && matcher.isShown($0) }.map(\.id))
        let new = now.subtracting(before)
        let found = search.apply(batch)
        if number == 0 {
          #expect(found == nil)
        } else if let found {
          #expect(new.contains(found), "seed \(seed), batch \(number)")
        } else {
          #expect(new.isEmpty, "seed \(seed), batch \(number)")
        }
        before = now
      }
    }
  }
}
