import Connections
import Samples
import Testing

@testable import Monitor

struct RowFactsTests {
  @Test func followTheRows() {
    var batches = RandomBatches(51)
    let few = ClosedRetention(lingerSeconds: 2, lingerLimit: 20, limit: 30)
    var model = Model(retention: few)
    for round in 0..<100 {
      model.apply(batches.next(deltas: 20))
      if round % 5 == 0 { model.tag(Array(batches.known.suffix(4)), round % 2 == 0) }
      let table = model.table
      #expect(table.facts.count == Int(table.bound))
      for slot in 0..<table.bound {
        #expect(table.facts[Int(slot)] == table[slot]?.read { RowFacts($0) } ?? .free)
      }
    }
  }

  @Test func areThoseOfTheRow() {
    var batches = RandomBatches(52)
    var model = Model()
    for _ in 0..<20 { model.apply(batches.next(deltas: 40)) }
    for slot in 0..<model.table.bound {
      let facts = model.table.facts[Int(slot)]
      guard let row = model.table[slot] else { continue }
      #expect(facts.isUsed && facts.owner == row.owner && facts.netns == row.netns)
      #expect(facts.isListener == row.isListener && facts.isFlow == row.isFlow)
      #expect(facts.isCounted == row.isCounted && facts.isTagged == row.isTagged)
      #expect(facts.hasEnded == (row.end != nil) && facts.lingers == row.lingers)
      #expect(facts.hasRetired == row.hasRetired && facts.liveTally == row.liveTally)
      #expect(facts.state == UInt64(row.state.rawValue))
      #expect(facts.proto == UInt64(row.proto.place))
      if let end = row.end { #expect(facts.reason == UInt64(end.reason.rawValue)) }
    }
  }
}
