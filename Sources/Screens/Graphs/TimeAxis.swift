import Monitor

/// The line below a graph: how long ago each part of it was.
enum TimeAxis {
  /// Distances of labels in seconds.
  private static let steps: [Double] = [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 43_200, 86_400,
  ]

  /// `─── -2m ──────── -1m ──────── now`: every label ends at its moment.
  ///
  /// - Parameter seconds: how much time a column stands for, more than 0.
  static func text(columns: Int, secondsPerColumn seconds: Double, isASCII: Bool) -> String {
    guard columns > 0 else { return "" }
    var line = [Character](repeating: isASCII ? "-" : "─", count: columns)
    func put(_ label: String, endingAt end: Int) {
      let text = " \(label)" + (end < columns - 1 ? " " : "")
      let start = end - label.count
      guard start >= 0, end < columns else { return }
      for (offset, character) in text.enumerated() { line[start + offset] = character }
    }
    put("now", endingAt: columns - 1)
    guard seconds > 0, let step = steps.first(where: { $0 / seconds >= 12 }) else {
      return String(line)
    }
    var age = step
    while age / seconds < Double(columns) {
      put(label(age), endingAt: columns - 1 - Int((age / seconds).rounded()))
      age += step
    }
    return String(line)
  }

  /// `-30s`, `-1m`, `-90s`, `-2h`.
  private static func label(_ age: Double) -> String {
    let units = [(3600.0, "h"), (60.0, "m")]
    for (unit, name) in units where age.truncatingRemainder(dividingBy: unit) == 0 {
      return "-\(Decimals.text(age / unit, 0))\(name)"
    }
    return "-\(Decimals.text(age, 0))s"
  }
}
