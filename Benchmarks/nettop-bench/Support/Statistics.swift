import Glibc

extension Array where Element == Double {
  /// The middle value, 0 of none.
  var median: Double {
    let sorted = sorted()
    let middle = count / 2
    if isEmpty { return 0 }
    return count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
  }
}

/// A mean with its uncertainty, from values of which some are spoilt.
///
/// Others use the machine too, and a slice of time that they took is no measurement: the outer
/// tenth of each side is left out (a trimmed mean, with the error of the winsorized values).
struct TrimmedMean {
  let mean: Double
  /// Half of the 95 % interval.
  let margin: Double

  init(_ values: [Double]) {
    let sorted = values.sorted()
    let cut = values.count / 10
    let kept = sorted.dropFirst(cut).dropLast(cut)
    guard kept.count > 1, let least = kept.first, let most = kept.last else {
      mean = values.first ?? 0
      margin = .infinity
      return
    }
    mean = kept.reduce(0, +) / Double(kept.count)
    let winsorized = sorted.map { Swift.min(Swift.max($0, least), most) }
    let center = winsorized.reduce(0, +) / Double(winsorized.count)
    let squares = winsorized.reduce(0) { $0 + ($1 - center) * ($1 - center) }
    let deviation = (squares / Double(winsorized.count - 1)).squareRoot()
    let share = Double(kept.count) / Double(values.count)
    margin = 1.96 * deviation / (share * Double(values.count).squareRoot())
  }
}
