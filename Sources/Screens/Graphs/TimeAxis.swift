import Monitor

/// The line below a graph: how long before its end each part of it was.
enum TimeAxis {
  /// Distances of labels in seconds, each a whole number of the largest unit that it holds.
  private static let steps: [Double] = [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 43_200, 86_400, 172_800,
    432_000, 864_000,
  ]

  /// The units of labels with their seconds, the largest first.
  private static let units = [(86_400.0, "d"), (3600.0, "h"), (60.0, "m"), (1.0, "s")]

  /// The fewest columns from one label to the next.
  private static let leastDistance = 12.0

  /// `─── -2m ──────── -1m ──────── now`: every label ends at its moment, and all distances have one
  /// unit.
  ///
  /// The unit is the largest of which the axis holds two, so that no label has a large number.
  ///
  /// - Parameters:
  ///   - seconds: how much time a column stands for, more than 0.
  ///   - moment: the label of the end, at most ten characters.
  static func text(
    columns: Int,
    secondsPerColumn seconds: Double,
    endingAt moment: String = "now",
    isASCII: Bool
  ) -> String {
    guard columns > 0 else { return "" }
    var line = [Character](repeating: isASCII ? "-" : "─", count: columns)
    func put(_ label: String, endingAt end: Int) {
      let text = " \(label)" + (end < columns - 1 ? " " : "")
      let start = end - label.count
      guard start >= 0, end < columns else { return }
      for (offset, character) in text.enumerated() { line[start + offset] = character }
    }
    put(moment, endingAt: columns - 1)
    let span = seconds * Double(columns)
    let leastUnit = units.first { span >= 2 * $0.0 }?.0 ?? 0
    let leastStep = max(leastUnit, leastDistance * seconds)
    guard seconds > 0, let step = steps.first(where: { $0 >= leastStep }),
      let (unit, name) = units.first(where: { step >= $0.0 })
    else { return String(line) }
    var age = step
    while age < span {
      let label = "-\(Decimals.text(age / unit, 0))\(name)"
      put(label, endingAt: columns - 1 - Int((age / seconds).rounded()))
      age += step
    }
    return String(line)
  }
}
