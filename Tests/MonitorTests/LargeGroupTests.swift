import Connections
import Samples
import Testing

@testable import Monitor

/// Groups with so many connections that they are added up in parts.
struct LargeGroupTests {
  private static let kinds = ViewKind.allCases.filter { $0.grouping != nil }
  private static let sorts: [Column.ID] = [.rate, .process, .connections, .age, .bytes]

  private func rows(_ model: Model) -> [Row] {
    (0..<model.count).compactMap { model.row(at: $0) }
  }

  /// All that a row has.
  private func text(_ row: Row) -> String {
    var text = ""
    dump(row, to: &text)
    return text
  }

  /// A model, and batches for it, of which the first make groups large.
  private func crowd(_ kind: ViewKind, _ sort: Column.ID) -> (Model, RandomBatches) {
    var batches = RandomBatches(UInt64(kind.number) * 7 + UInt64(sort.rawValue.utf8.count))
    let few = ClosedRetention(lingerSeconds: 2, lingerLimit: 100, limit: 30)
    var model = Model(View(kind, sort: SortOrder(sort)), retention: few, halfLife: 3)
    for _ in 0..<4 { model.apply(batches.next(deltas: 1000)) }
    return (model, batches)
  }

  @Test(arguments: kinds, sorts)
  func changesGiveTheSameAsABeginning(_ kind: ViewKind, _ sort: Column.ID) {
    var (model, batches) = crowd(kind, sort)
    #expect(rows(model).contains { $0.connections > 64 })
    var generator = SeededGenerator(33)
    for round in 0..<40 {
      model.apply(batches.next(deltas: round % 8 == 0 ? 200 : 6))
      switch round % 10 {
      case 3: model.tag(batches.known.shuffled(using: &generator).prefix(9).map(\.self), true)
      case 7: model.untagAll()
      case 9: model.resetTotals()
      default: break
      }
      var anew = model
      anew.view = View(.connections)
      anew.view = model.view
      #expect(rows(model).map(text) == rows(anew).map(text), "round \(round)")
    }
  }

  @Test(arguments: kinds) func sumsAreThoseOfTheConnections(_ kind: ViewKind) throws {
    var (model, batches) = crowd(kind, .bytes)
    for _ in 0..<10 {
      model.apply(batches.next(deltas: 30))
      let (table, grouping) = (model.table, try #require(kind.grouping))
      for group in rows(model) {
        let slots = model.slots(of: group).sorted()
        let first = try #require(table[slots[0]])
        var plain = Row(grouping, number: group.id.cookie, of: first)
        for slot in slots { table.read(slot) { plain.add($0, slot, table) } }
        let key = GroupKey(grouping, first, table)
        if let total = table.totals.total(of: key, in: table.samples) {
          plain.counters.add(total.growth, total.lossCauses)
          plain.growth += total.recent
          plain.average.add(total.average, halfLife: 3)
        }
        #expect(group.counters == plain.counters && group.growth == plain.growth)
        #expect(group.connections == plain.connections && group.shares == plain.shares)
        #expect(group.openedAt == plain.openedAt && group.seenAt == plain.seenAt)
        #expect(group.owner == plain.owner && group.netns == plain.netns)
        let (rate, expected) = (Double(group.average.bytes), Double(plain.average.bytes))
        #expect(abs(rate - expected) <= expected * 1e-5)
      }
    }
  }

  @Test func partsThatAreLeftGiveTheirMemoryBack() throws {
    var model = Model(View(.namespaces))
    let all = (1...20_000).map { Sample.connection($0, openedAt: 0) }
    model.apply(Sample.batch(0, all.map { .upsert($0) }))
    let table = model.table
    var parts = GroupParts()
    parts.resize(Int(table.bound))
    for slot in 0..<table.bound { parts.join(slot, slot / 16 * 16) }
    table.forEach(0..<table.bound) { _, row, slot in
      parts.add(row, slot, slot / 16 * 16, table, .namespace)
    }
    #expect(parts.room >= 1250)
    for slot in 320..<table.bound { parts.leave(slot) }
    parts.shrink()
    #expect(parts.room < 300)
    // The others have their sums, and new ones find room.
    for slot in Int32(1000)..<1016 { parts.join(slot, 1000) }
    table.forEach(1000..<1016) { _, row, slot in parts.add(row, slot, 1000, table, .namespace) }
    var total = Row(.namespace, number: 1, of: try #require(table[0]))
    for leader in [1000] + stride(from: Int32(0), to: 320, by: 16) {
      parts.finish(leader) { total.merge($0, table) }
    }
    #expect(total.connections == 336)
  }

  @Test func groupsBecomeLargeAndSmallAgain() {
    var model = Model(View(.namespaces))
    let all = (1...200).map { Sample.connection($0, counters: Counters(bytesSent: $0)) }
    model.apply(Sample.batch(0, all.map { .upsert($0) }))
    for (round, count) in [0, 100, 150, 199, 0].enumerated() {
      let time = Double(round + 1) * 100
      let gone = all.prefix(count).map { connection in
        var connection = connection
        connection.end = Connection.End(at: Sample.time(time), reason: .fin)
        return Delta.ended(connection)
      }
      model.apply(Sample.batch(time, gone))
      model.apply(Sample.batch(time + 50))
      #expect(model.row(at: 0)?.connections == Int32(all.count - [0, 100, 150, 199, 199][round]))
    }
  }
}
