import Testing
import Tracer

@testable import Monitor

struct RowOrderTests {
  private static let filters = [
    Filter(), Filter(pid: 3), Filter(text: "NGINX"), Filter(text: "10.0.0.2"), Filter(text: "db8"),
    Filter(namespace: .exactly("web")), Filter(namespace: .beginning("we")),
    Filter(pid: 4, namespace: .exactly("2"), text: "e"), Filter(text: "語"), Filter(text: "reset"),
  ]

  /// The rows in order by the plainest means there are.
  private func expected(_ model: Model) -> [Connection.ID] {
    let table = model.table
    let value = Column.with(model.view.sort.column).sort
    let rows = (0..<table.bound).compactMap { table[$0] }
      .filter { ViewKind.connections.contains($0) && isShown($0, model) }
    return rows.sorted { lhs, rhs in
      let (left, right) = (value(lhs, table), value(rhs, table))
      if left == right { return lhs.id < rhs.id }
      if left == .absent || right == .absent { return right == .absent }
      return model.view.sort.isDescending ? right < left : left < right
    }.map(\.id)
  }

  private func isShown(_ row: Row, _ model: Model) -> Bool {
    let (table, filter) = (model.table, model.view.filter)
    let process = table.owners[row.owner]?.process
    if let pid = filter.pid, process?.id.pid != pid { return false }
    let name = table.namespaces[row.netns]?.name
    switch filter.namespace {
    case .exactly(let text): if name != text, "\(row.netns)" != text { return false }
    case .beginning(let text):
      let isWhole = table.namespaces.values.contains { $0.name == text || "\($0.inode)" == text }
      if isWhole ? name != text : !(name ?? "").hasPrefix(text) { return false }
    case nil: break
    }
    let texts = [
      process?.name, process?.commandLine, process.map { $0.user ?? "\($0.uid)" },
      process.map { "\($0.id.pid)" }, name ?? "\(row.netns)", row.local.description,
      row.remote.description, row.stateText,
    ].compactMap { $0?.lowercased() }
    let pattern = filter.text.lowercased().utf8
    return texts.contains { text in
      // By bytes: an accent on a letter does not hide the letter.
      (0...text.utf8.count).contains { text.utf8.dropFirst($0).starts(with: pattern) }
    }
  }

  @Test(arguments: Column.ID.allCases)
  func isThatOfAPlainSortAfterEveryBatch(_ column: Column.ID) {
    for isDescending in [false, true] {
      var batches = RandomBatches(column.rawValue.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
      var model = Model(View(.connections, sort: SortOrder(column, isDescending: isDescending)))
      for round in 0..<30 {
        model.view.filter = round < 6 ? Filter() : Self.filters[round / 3 % Self.filters.count]
        model.apply(batches.next(deltas: 20))
        let ids = (0..<model.count).compactMap { model.row(at: $0)?.id }
        #expect(ids == expected(model), "round \(round)")
        for (position, id) in ids.enumerated().prefix(5) {
          #expect(model.position(of: id) == position)
        }
      }
    }
  }

  @Test func changesOfOrderAndFilterGiveTheSameAsTheirBeginning() {
    var batches = RandomBatches(99)
    let list = (0..<10).map { _ in batches.next(deltas: 40) }
    var model = Model()
    for batch in list { model.apply(batch) }
    for column in Column.ID.allCases {
      for filter in Self.filters {
        model.view.sort = SortOrder(column)
        model.view.filter = filter
        let ids = (0..<model.count).compactMap { model.row(at: $0)?.id }
        #expect(ids == expected(model))
      }
    }
  }

  @Test func totalsAreThoseOfTheRows() {
    var batches = RandomBatches(5)
    var model = Model()
    for _ in 0..<50 {
      model.apply(batches.next(deltas: 40))
      var states = [Int](repeating: 0, count: 12)
      for slot in 0..<model.table.bound {
        guard let row = model.table[slot], row.end == nil else { continue }
        states[Int(row.state.rawValue)] += 1
      }
      #expect(model.table.states == states)
    }
  }

  @Test func absentValuesComeLastBothWays() {
    var model = Model(View(.connections, sort: SortOrder(.rtt)))
    model.apply(
      Sample.batch(
        0,
        [
          .opened(Sample.connection(1)),
          .opened(Sample.connection(2, counters: Counters(rtt: 0))),
          .opened(Sample.connection(3, counters: Counters(rtt: .max))),
        ]
      )
    )
    #expect((0..<3).map { model.row(at: $0)?.id.cookie } == [3, 2, 1])
    model.view.sort = model.view.sort.reversed
    #expect((0..<3).map { model.row(at: $0)?.id.cookie } == [2, 3, 1])
  }
}
