import Glibc

/// The table of figures, printed as they come.
struct Report {
  private static let widths = [58, 24, 12]

  private var met = 0
  private var missed = 0

  func section(_ name: String) {
    print("\n\(name)")
    flush()
  }

  /// - Parameter margin: half of the 95 % interval.
  mutating func add(
    _ what: String,
    _ value: Double,
    _ unit: Unit,
    margin: Double? = nil,
    budget: Budget? = nil
  ) {
    let figure = unit.text(value) + (margin.map { " ± \(unit.text($0))" } ?? "")
    if let budget {
      if budget.isMet(by: value) { met += 1 } else { missed += 1 }
    }
    let cells = ["  \(what)", figure, budget?.text(unit) ?? ""]
    let line = zip(cells, Self.widths).map { cell, width in
      cell + String(repeating: " ", count: max(1, width - cell.count))
    }
    print(line.joined() + (budget?.verdict(value) ?? ""))
    flush()
  }

  func summary() {
    print("\nbudgets: \(met) met, \(missed) missed")
  }

  private func flush() {
    fflush(nil)
  }
}
