import Glibc

/// The table of figures, printed as they come.
struct Report {
  private static let widths = [64, 24, 12]

  private var met = 0
  private var missed = 0
  /// Figures that say neither: too uncertain, or the machine gave no more.
  private var open = 0

  func section(_ name: String) {
    print("\n\(name)")
    flush()
  }

  /// - Parameters:
  ///   - margin: half of the 95 % interval.
  ///   - cpu: seconds of CPU time that it took.
  ///   - excuse: why a budget could not be reached whatever nettop does.
  mutating func add(
    _ what: String,
    _ value: Double,
    _ unit: Unit,
    margin: Double? = nil,
    cpu: Double? = nil,
    budget: Budget? = nil,
    excuse: String? = nil
  ) {
    let figure =
      unit.text(value) + (margin.map { " ± \(unit.text($0))" } ?? "")
      + (cpu.map { " (CPU \(unit.text($0)))" } ?? "")
    let verdict = budget.map { judge(value, margin ?? 0, $0, excuse) } ?? ""
    let cells = ["  \(what)", figure, budget?.text(unit) ?? ""]
    let line = zip(cells, Self.widths).map { cell, width in
      cell + String(repeating: " ", count: max(1, width - cell.count))
    }
    print(line.joined() + verdict)
    flush()
  }

  /// A line about the figure above.
  func note(_ text: String) {
    print("    \(text)")
    flush()
  }

  func summary() {
    print("\nbudgets: \(met) met, \(missed) missed, \(open) open")
  }

  private mutating func judge(
    _ value: Double,
    _ margin: Double,
    _ budget: Budget,
    _ excuse: String?
  ) -> String {
    if abs(value - budget.limit) < margin {
      open += 1
      return "open: the error is larger than the distance"
    }
    if budget.isMet(by: value) {
      met += 1
    } else if let excuse {
      open += 1
      return "open: \(excuse)"
    } else {
      missed += 1
    }
    return budget.verdict(value)
  }

  private func flush() {
    fflush(nil)
  }
}
