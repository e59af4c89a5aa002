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

  /// - Parameters:
  ///   - margin: half of the 95 % interval.
  ///   - excuse: why a budget could not be reached whatever nettop does.
  mutating func add(
    _ what: String,
    _ value: Double,
    _ unit: Unit,
    margin: Double? = nil,
    budget: Budget? = nil,
    excuse: String? = nil
  ) {
    let figure = unit.text(value) + (margin.map { " ± \(unit.text($0))" } ?? "")
    var verdict = ""
    if let budget {
      let isMet = budget.isMet(by: value)
      if isMet { met += 1 } else if excuse == nil { missed += 1 }
      verdict = isMet ? budget.verdict(value) : excuse ?? budget.verdict(value)
    }
    let cells = ["  \(what)", figure, budget?.text(unit) ?? ""]
    let line = zip(cells, Self.widths).map { cell, width in
      cell + String(repeating: " ", count: max(1, width - cell.count))
    }
    print(line.joined() + verdict)
    flush()
  }

  func summary() {
    print("\nbudgets: \(met) met, \(missed) missed")
  }

  private func flush() {
    fflush(nil)
  }
}
