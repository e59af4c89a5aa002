import Connections
import Samples
import Testing

@testable import Monitor

struct RowOrderTests {
  private typealias Check = @Sendable (Row, ConnectionTable) -> Bool

  /// Filters, and what they mean by the plainest means there are.
  private static let filters: [(text: String, isMet: Check)] = [
    ("", { _, _ in true }),
    ("pid=3", { row, table in table.owners[row.owner]?.process.id.pid == 3 }),
    ("NGINX", { row, table in has("nginx", row, table) }),
    ("10.0.0.2", { row, table in has("10.0.0.2", row, table) }),
    ("db8", { row, table in has("db8", row, table) }),
    ("語", { row, table in has("語", row, table) }),
    ("reset", { row, table in has("reset", row, table) }),
    ("netns=web", { row, table in table.namespaces[row.netns]?.name == "web" }),
    ("netns=we*", { row, table in table.namespaces[row.netns]?.name?.hasPrefix("we") ?? false }),
    (
      "pid=4 netns=2 e",
      { row, table in
        table.owners[row.owner]?.process.id.pid == 4 && row.netns == 2 && has("e", row, table)
      }
    ),
    ("closed or rtt>0.5ms", { row, _ in row.end != nil || (row.counters.rtt ?? 0) > 500 }),
    (
      "age>=2s",
      { row, table in
        (row.end?.at ?? table.time).seconds(since: row.openedAt ?? row.seenAt) >= 2
      }
    ),
    ("rate>=1", { row, table in (table.rates(of: row)?.bytes ?? 0) >= 1 }),
    ("port!=443", { row, _ in row.local.port != 443 && row.remote.port != 443 }),
  ]

  /// The rows in order by the plainest means there are.
  private func expected(_ model: Model, _ isMet: Check) -> [Connection.ID] {
    let table = model.table
    let value = Column.with(model.view.sort.column).sort
    let rows = (0..<table.bound).compactMap { table[$0] }
      .filter { $0.read(ViewKind.connections.contains) && isMet($0, table) }
    return rows.sorted { lhs, rhs in
      let left = lhs.read { value($0, table) }
      let right = rhs.read { value($0, table) }
      if left == right { return lhs.id < rhs.id }
      if left == .absent || right == .absent { return right == .absent }
      return model.view.sort.isDescending ? right < left : left < right
    }.map(\.id)
  }

  private static func has(_ text: String, _ row: Row, _ table: ConnectionTable) -> Bool {
    let process = table.owners[row.owner]?.process
    let texts = [
      process?.name, process?.commandLine, process.map { $0.user ?? "\($0.uid)" },
      process.map { "\($0.id.pid)" }, table.namespaces[row.netns]?.name ?? "\(row.netns)",
      row.local.description, row.remote.description, row.stateText,
      row.proto.name,
    ].compactMap { $0?.lowercased() }
    return texts.contains { other in
      // By bytes: an accent on a letter does not hide the letter.
      (0...other.utf8.count).contains { other.utf8.dropFirst($0).starts(with: text.utf8) }
    }
  }

  @Test(arguments: Column.ID.allCases)
  func isThatOfAPlainSortAfterEveryBatch(_ column: Column.ID) throws {
    for isDescending in [false, true] {
      var batches = RandomBatches(column.rawValue.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
      var model = Model(View(.connections, sort: SortOrder(column, isDescending: isDescending)))
      for round in 0..<45 {
        let filter = Self.filters[round / 3 % Self.filters.count]
        model.view.filter = try Filter(parsing: filter.text)
        model.apply(batches.next(deltas: 20))
        let ids = (0..<model.count).compactMap { model.row(at: $0)?.id }
        #expect(ids == expected(model, filter.isMet), "round \(round): \(filter.text)")
        for (position, id) in ids.enumerated().prefix(5) {
          #expect(model.position(of: id) == position)
        }
      }
    }
  }

  @Test func changesOfOrderAndFilterGiveTheSameAsTheirBeginning() throws {
    var batches = RandomBatches(99)
    let list = (0..<10).map { _ in batches.next(deltas: 40) }
    var model = Model()
    for batch in list { model.apply(batch) }
    for column in Column.ID.allCases {
      for filter in Self.filters {
        model.view.sort = SortOrder(column)
        model.view.filter = try Filter(parsing: filter.text)
        let ids = (0..<model.count).compactMap { model.row(at: $0)?.id }
        #expect(ids == expected(model, filter.isMet))
      }
    }
  }

  @Test func totalsAreThoseOfTheRows() {
    var batches = RandomBatches(5)
    var model = Model()
    for _ in 0..<50 {
      model.apply(batches.next(deltas: 40))
      var tallies = [Int](repeating: 0, count: Tally.count)
      for slot in 0..<model.table.bound {
        guard let row = model.table[slot], row.end == nil else { continue }
        tallies[row.tally] += 1
      }
      #expect(model.table.tallies == tallies)
    }
  }

  @Test func aLowerBoundIsOlderThanTheSameAge() {
    var model = Model(View(.connections, sort: SortOrder(.age)))
    // First seen at 0.9 s, opened at 0.2 s: both ages are shown as 11 s.
    model.apply(Sample.batch(0))
    let older = Sample.connection(1)
    let opened = Sample.connection(2, openedAt: 0.2)
    model.apply(Sample.batch(0.9, [.upsert(older), .upsert(opened)]))
    model.apply(Sample.batch(11.95))
    let ages = (0..<2).map { position in
      model.row(at: position).map {
        Column.with(.age).cell($0, CellContext(model.table)).text()
      }
    }
    #expect(ages == ["11s", ">11s"])
    model.view.sort = model.view.sort.reversed
    #expect((0..<2).map { model.row(at: $0)?.id.cookie } == [1, 2])
  }

  @Test func absentValuesComeLastBothWays() {
    var model = Model(View(.connections, sort: SortOrder(.rtt)))
    model.apply(
      Sample.batch(
        0,
        [
          .upsert(Sample.connection(1)),
          .upsert(Sample.connection(2, counters: Counters(rtt: 0))),
          .upsert(Sample.connection(3, counters: Counters(rtt: .max - 1))),
        ]
      )
    )
    #expect((0..<3).map { model.row(at: $0)?.id.cookie } == [3, 2, 1])
    model.view.sort = model.view.sort.reversed
    #expect((0..<3).map { model.row(at: $0)?.id.cookie } == [2, 3, 1])
  }
}
