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
    #expect(shown == model.connections && model.summary.groups ?? 0 > 1)
  }

  /// What a group shows.
  private struct Shown: Equatable {
    let id: Connection.ID
    let counters: Counters
    let growth: Growth
    let average: RateAverage
    let shares: SendShares?
    let connections: Int32
    let owner: OwnerTable.Slot
    let netns: UInt32
    let remote: Endpoint
    let times: [Timestamp?]
    let tags: [Bool]

    init(_ row: Row) {
      id = row.id
      counters = row.counters
      growth = row.growth
      average = row.average
      shares = row.shares
      connections = row.connections
      owner = row.owner
      netns = row.netns
      remote = row.remote
      times = [row.openedAt, row.seenAt]
      tags = [row.isTagged, row.showsTag]
    }
  }

  private func shown(_ model: Model) -> [Shown] {
    (0..<model.count).compactMap { model.row(at: $0) }.map(Shown.init)
  }

  /// Only the groups of rows that changed are made again; the result equals making all again.
  @Test(arguments: kinds.filter { $0.grouping != nil }, ["", "age>3", "pid<5"])
  func groupsFollowWhatChanges(_ kind: ViewKind, _ filter: String) throws {
    var batches = RandomBatches(21)
    var generator = SeededGenerator(22)
    let few = ClosedRetention(lingerSeconds: 2, lingerLimit: 20, limit: 30)
    let view = View(kind, sort: SortOrder(.bytes), filter: try Filter(parsing: filter))
    var model = Model(view, retention: few, halfLife: 3)
    var most = 0
    for round in 0..<150 {
      model.apply(batches.next(deltas: 12))
      switch round % 10 {
      case 3: model.tag(batches.known.shuffled(using: &generator).prefix(3).map(\.self), true)
      case 7: model.untagAll()
      case 9: model.resetTotals()
      default: break
      }
      var anew = model
      anew.view = View(.connections, filter: view.filter)
      anew.view = view
      #expect(shown(model) == shown(anew))
      most = max(most, model.count)
    }
    #expect(most > 2)
  }

  @Test func aFrozenOrderKeepsGroupsWhereTheyAre() {
    var batches = RandomBatches(23)
    var model = Model(View(.hosts, sort: SortOrder(.bytes)), halfLife: 3)
    for _ in 0..<5 { model.apply(batches.next(deltas: 20)) }
    model.view.isFrozen = true
    for _ in 0..<30 {
      let before = ids(model)
      model.apply(batches.next(deltas: 20))
      let after = ids(model)
      #expect(after.filter(before.contains) == before.filter(after.contains))
    }
  }
}
