/// What steps cost at several sizes, and whether it grows faster than the rows do.
struct Growth {
  /// A step that costs twice as much per row at the next size grows faster than its rows. Less than
  /// that is what larger tables cost in the caches of the CPU, and the logarithm of an order.
  private static let limit = Budget.atMost(2)
  /// What takes no longer than this is quick at any size.
  private static let negligible = 0.002

  private struct Step {
    let name: String
    let unit: Unit
    var costs: [(rows: Int, cost: Double)] = []
  }

  private var steps: [Step] = []

  /// Notes the cost of a step, and prints it.
  mutating func add(
    _ step: String,
    rows: Int,
    _ cost: Double,
    _ unit: Unit,
    budget: Budget? = nil,
    to report: inout Report
  ) {
    report.add("\(rows) rows, \(step)", cost, unit, budget: budget)
    let index = steps.firstIndex { $0.name == step } ?? steps.endIndex
    if index == steps.endIndex { steps.append(Step(name: step, unit: unit)) }
    steps[index].costs.append((rows, cost))
  }

  /// Prints, for each step, what a row costs at a size against the size before: where it grows most.
  func report(to report: inout Report) {
    for step in steps {
      let ratios = zip(step.costs, step.costs.dropFirst()).filter { $0.0.cost > 0 }.map {
        (small, large) in
        let ratio = (large.cost / Double(large.rows)) / (small.cost / Double(small.rows))
        return (ratio: ratio, small: small.rows, large: large.rows)
      }
      guard let most = ratios.max(by: { $0.ratio < $1.ratio }) else { continue }
      let isQuick = step.unit != .megabytes && step.costs.allSatisfy { $0.cost < Self.negligible }
      report.add(
        "\(step.name), a row of \(most.large) against \(most.small)",
        most.ratio,
        .ratio,
        budget: isQuick ? nil : Self.limit
      )
    }
  }
}
