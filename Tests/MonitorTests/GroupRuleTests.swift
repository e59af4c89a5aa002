import Connections
import Samples
import Testing

@testable import Monitor

/// Groups have of each metric what its rule in the catalogue says.
struct GroupRuleTests {
  private static let kinds: [Row.Kind] = [.process, .host, .namespace]
  /// Nothing leaves a group, so that its totals are those of its connections.
  private static let forever = ClosedRetention(lingerSeconds: 1e9, lingerLimit: .max, limit: .max)

  @Test(arguments: kinds) func groupsAreWhatTheirConnectionsComeTo(_ kind: Row.Kind) throws {
    let viewKind = try #require(ViewKind.allCases.first { $0.grouping == kind })
    var batches = RandomBatches(31)
    var generator = SeededGenerator(32)
    var model = Model(View(viewKind), retention: Self.forever)
    for _ in 0..<30 {
      model.apply(filled(batches.next(deltas: 25), &generator))
      let table = model.table
      var members: [GroupKey: [Counters]] = [:]
      for slot in 0..<table.bound {
        guard let row = table[slot], row.read(viewKind.contains) else { continue }
        members[GroupKey(kind, row, table), default: []].append(row.counters)
      }
      let groups = (0..<model.count).compactMap { model.row(at: $0) }
      #expect(groups.count == members.count)
      for group in groups {
        let key = GroupKey(kind, group, table)
        let connections = try #require(members[key])
        for metric in Metric.all {
          guard case .number(let value) = metric.value else { continue }
          #expect(
            value(group.counters) == expected(metric.groupRule, value, connections),
            "\(metric.name) of \(key)"
          )
        }
      }
    }
    #expect(model.summary.groups ?? 0 > 1)
  }

  /// By the plainest means there are.
  private func expected(
    _ rule: Metric.GroupRule,
    _ value: (Counters) -> UInt64?,
    _ connections: [Counters]
  ) -> UInt64? {
    let known = connections.compactMap(value)
    switch rule {
    case .none: return value(Counters())
    case .sum:
      // Counters that all connections have are 0 where nothing is known.
      let start = value(Counters()).map { [$0] } ?? []
      let all = start + known
      return all.isEmpty ? nil : all.reduce(0, &+)
    case .greatest: return known.max()
    case .least: return known.min()
    case .ofGreatestRTT:
      guard let greatest = connections.compactMap(\.rtt).max() else { return nil }
      return connections.first { $0.rtt == greatest }.flatMap(value)
    }
  }

  /// A batch with all figures in it, of connections whose opening is known: groups count all that
  /// these carry.
  private func filled(_ batch: Batch, _ generator: inout SeededGenerator) -> Batch {
    let deltas = batch.deltas.map { delta -> Delta in
      switch delta {
      case .upsert(var connection):
        connection.openedAt = connection.openedAt ?? batch.time
        fill(&connection.counters, &generator)
        return .upsert(connection)
      case .ended(var connection):
        connection.openedAt = connection.openedAt ?? batch.time
        fill(&connection.counters, &generator)
        return .ended(connection)
      case .counters(let id, let state, var counters):
        fill(&counters, &generator)
        return .counters(id, state, counters)
      case .annotated: return delta
      }
    }
    return Batch(
      time: batch.time,
      deltas: deltas,
      namespaces: batch.namespaces,
      health: batch.health
    )
  }

  private func fill(_ counters: inout Counters, _ generator: inout SeededGenerator) {
    func pick<Value: FixedWidthInteger>() -> Value? {
      Bool.random(using: &generator) ? Value.random(in: 0...1000, using: &generator) : nil
    }
    counters.minRTT = pick()
    counters.unacknowledged = pick()
    counters.unsent = pick()
    counters.drops = pick()
    counters.path.deliveryRate = pick()
    counters.path.pacingRate = pick()
    counters.path.busyTime = pick()
    counters.path.receiveWindowLimited = pick()
    counters.path.sendBufferLimited = pick()
    counters.path.receiverRTT = pick()
    counters.path.receiveSpace = pick()
    counters.path.slowStartThreshold = pick()
    counters.path.lost = pick()
    counters.path.reordering = pick()
    counters.path.deliveredCE = pick()
    counters.path.mss = pick()
    // Of at least one cause, as causes are not known where none is counted.
    counters.lossCauses = LossCauses(
      retransmits: LossCauses.Retransmits(
        timeout: (pick() ?? 0) + 1,
        fast: pick() ?? 0,
        probe: pick() ?? 0,
        syn: pick() ?? 0
      )
    )
  }
}
