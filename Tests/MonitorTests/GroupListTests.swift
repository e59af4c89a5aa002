import Connections
import Samples
import Testing

@testable import Monitor

struct GroupListTests {
  private static let kinds: [ViewKind] = [.processes, .hosts, .namespaces, .connections]
  private static let columns: [Column.ID] = [.rate, .process, .remote, .bytes]

  /// The rows as the model has them, from the first.
  private func ids(_ model: Model) -> [Connection.ID] {
    (0..<model.count).compactMap { model.row(at: $0)?.id }
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func changesOfTheViewGiveTheSameAsTheirBeginning(_ seed: UInt64) throws {
    var batches = RandomBatches(seed)
    let list = (0..<12).map { _ in batches.next(deltas: 40) }
    var model = Model(halfLife: 3)
    for batch in list { model.apply(batch) }
    for (round, kind) in (Self.kinds + Self.kinds).enumerated() {
      for column in Self.columns {
        for filter in ["", "e", "closed"] {
          var view = View(kind, sort: SortOrder(column), filter: try Filter(parsing: filter))
          model.view = view
          // Some groups are folded, others are not.
          for (number, id) in ids(model).enumerated() where number % 2 == round % 2 {
            view.folding.fold(id, false)
          }
          model.view = view
          var other = Model(view, halfLife: 3)
          for batch in list { other.apply(batch) }
          #expect(ids(model) == ids(other), "\(kind) by \(column), filter '\(filter)'")
        }
      }
    }
  }

  @Test(arguments: kinds) func rowsAreFoundAtTheirPositions(_ kind: ViewKind) {
    var batches = RandomBatches(11)
    var model = Model(View(kind), halfLife: 3)
    for round in 0..<20 {
      model.apply(batches.next(deltas: 40))
      model.view.folding.foldAll(round % 3 == 0)
      let ids = ids(model)
      #expect(ids.count == model.count && !ids.isEmpty)
      for (position, id) in ids.enumerated() { #expect(model.position(of: id) == position) }
    }
  }

  @Test func aGroupIsFollowedByItsConnections() {
    var batches = RandomBatches(12)
    var view = View(.hosts)
    view.folding.foldAll(false)
    var model = Model(view)
    for _ in 0..<20 { model.apply(batches.next(deltas: 40)) }
    var host: Address?
    var shown = 0
    for position in 0..<model.count {
      guard let row = model.row(at: position) else { continue }
      if row.isGroup {
        host = row.remote.address
      } else {
        shown += 1
        #expect(row.remote.address == host)
      }
    }
    #expect(shown == model.connections && model.groupCount ?? 0 > 1)
  }
}
