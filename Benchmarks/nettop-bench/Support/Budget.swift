/// What a figure has to be.
enum Budget {
  case atLeast(Double)
  case atMost(Double)

  var limit: Double {
    switch self {
    case .atLeast(let limit), .atMost(let limit): limit
    }
  }

  func isMet(by value: Double) -> Bool {
    switch self {
    case .atLeast(let limit): value >= limit
    case .atMost(let limit): value <= limit
    }
  }

  func text(_ unit: Unit) -> String {
    switch self {
    case .atLeast(let limit): "≥ \(unit.text(limit))"
    case .atMost(let limit): "≤ \(unit.text(limit))"
    }
  }

  /// `met`, or `missed`, with the distance in per cent of the budget.
  func verdict(_ value: Double) -> String {
    if limit == 0 { return isMet(by: value) ? "met" : "MISSED" }
    let distance = Unit.percent.text(abs(value - limit) / limit)
    return isMet(by: value) ? "met by \(distance)" : "MISSED by \(distance)"
  }
}
