import Connections

/// For which programs and remote addresses a rule is silent.
struct AlertHoldOff: Sendable {
  /// How many pairs are kept unless a test asks for fewer.
  static let usualLimit = 65_536

  private let limit: Int
  /// Until when, by a hash of the pair.
  private var ends: [Int: Timestamp] = [:]
  /// No entry ends before.
  private var earliest = Timestamp(nanoseconds: .max)

  init(limit: Int = AlertHoldOff.usualLimit) {
    self.limit = limit
  }

  static func key(_ row: Row, _ table: ConnectionTable) -> Int {
    var hasher = Hasher()
    let process = table.owners[row.owner]?.process
    hasher.combine(process?.executable ?? process?.name)
    hasher.combine(row.isListener ? row.local.address : row.remote.address)
    return hasher.finalize()
  }

  /// Until when the rule is silent for a pair; `nil` if it is not.
  func end(for key: Int, at time: Timestamp) -> Timestamp? {
    ends[key].flatMap { $0 > time ? $0 : nil }
  }

  /// Silences a pair.
  ///
  /// - Returns: whether there is room for it.
  mutating func begin(for key: Int, at time: Timestamp, until end: Timestamp) -> Bool {
    if ends.count >= limit, ends[key] == nil {
      if earliest <= time {
        ends = ends.filter { $0.value > time }
        earliest = ends.values.min() ?? Timestamp(nanoseconds: .max)
      }
      if ends.count >= limit { return false }
    }
    ends[key] = end
    earliest = min(earliest, end)
    return true
  }
}
