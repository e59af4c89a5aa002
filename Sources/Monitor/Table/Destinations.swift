package import Connections

/// Which programs have talked to which remote addresses since nettop started.
///
/// It keeps a hash of each pair: 16 MB for all of them.
struct Destinations: Sendable {
  /// How many pairs are kept unless a test asks for fewer.
  static let usualLimit = 1_000_000

  private let limit: Int
  private var known: Set<Int> = []
  /// How many connections had a pair that found no room, so that it is unknown whether it is new.
  private(set) var unlearned: UInt64 = 0

  init(limit: Int = Destinations.usualLimit) {
    self.limit = limit
  }

  /// Learns a pair.
  ///
  /// - Returns: whether it is new; `nil` if there is no room to learn it.
  mutating func learn(_ process: Process, _ address: Address) -> Bool? {
    var hasher = Hasher()
    hasher.combine(process.executable ?? process.name)
    hasher.combine(address)
    let pair = hasher.finalize()
    if known.contains(pair) { return false }
    guard known.count < limit else {
      unlearned += 1
      return nil
    }
    known.insert(pair)
    return true
  }
}

extension ConnectionTable {
  /// The connections of which it is not known whether their destination is new, as too many are known;
  /// `nil` if there are none.
  package var destinationLoss: Loss? {
    destinations.unlearned > 0 ? Loss(.destinations, destinations.unlearned) : nil
  }

  /// Decides which connections have a new destination, of those that got an owner in the last batch.
  mutating func learnDestinations() {
    for slot in newlyOwned where rows.isUsed(slot) {
      let isNew = decideDestination(slot)
      if let isNew { rows.values[Int(slot)].isNewDestination = isNew }
    }
    newlyOwned.removeAll(keepingCapacity: newlyOwned.count <= 4096)
  }

  /// Whether the row of a slot is the first connection of its program with its remote address; `nil`
  /// if that is not known, or already decided.
  private mutating func decideDestination(_ slot: Int32) -> Bool? {
    let row = rows.values[Int(slot)]
    guard row.isNewDestination == nil, row.mayBeOutgoing, !row.remote.address.isUnspecified,
      let process = owners[row.owner]?.process,
      let isNew = destinations.learn(process, row.remote.address)
    else { return nil }
    guard row.direction == .outgoing else { return nil }
    // What was open when nettop started is known, though this is the first time that it is seen.
    return isNew && row.openedAt != nil && row.firstSample > 1
  }
}

extension Row {
  /// Whether this end opened it, or may have before nettop started.
  fileprivate var mayBeOutgoing: Bool {
    if isListener { return false }
    return direction == .outgoing
      || likelyDirection == .unknown && (openedAt == nil || firstSample == 1)
  }
}
