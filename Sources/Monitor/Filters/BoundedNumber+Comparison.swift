extension BoundedNumber {
  /// Whether a comparison certainly holds: of a lower bound, only that the number is greater.
  func certainly(_ comparator: FilterOperator, _ limit: Double) -> Bool {
    switch self {
    case .exactly(let number): comparator.holds(number, limit)
    case .atLeast(let bound):
      (comparator == .greater || comparator == .atLeast) && bound >= limit
    }
  }

  /// Whether it is certainly within a range.
  func isCertainly(in range: NumberRange) -> Bool {
    if case .exactly(let number) = self { range.contains(number) } else { false }
  }
}
