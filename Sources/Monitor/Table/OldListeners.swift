package import Connections

/// Where listeners of TCP waited that are older than nettop, whether they still do or not.
struct OldListeners: Sendable {
  private struct Place: Hashable {
    let netns: UInt32
    let port: UInt16
    /// `nil` for all addresses.
    let address: Address?
  }

  private var places: Set<Place> = []
  /// Whether one came since directions were inferred last.
  private(set) var isNew = false

  mutating func learn(_ row: Row) {
    guard row.state == .listen, row.openedAt == nil, row.end == nil else { return }
    let address = row.local.address
    let place = Place(
      netns: row.netns,
      port: row.local.port,
      address: address.isUnspecified ? nil : address
    )
    if places.insert(place).inserted { isNew = true }
  }

  mutating func markInferred() { isNew = false }

  /// Whether a connection of which nobody saw the opening is likely to have been accepted by one.
  func haveAccepted(_ row: Row) -> Bool {
    guard row.direction == .unknown, row.openedAt == nil, row.proto != .udp, !row.isListener else {
      return false
    }
    return [nil, row.local.address].contains { address in
      places.contains(Place(netns: row.netns, port: row.local.port, address: address))
    }
  }
}

extension ConnectionTable {
  mutating func learnListener(_ row: Row) { oldListeners.learn(row) }

  /// Gives connections of the last batch their likely direction; all, where a listener was found
  /// that older ones may be of.
  mutating func inferDirections() {
    guard oldListeners.isNew else {
      for slot in changed { inferDirection(slot, isOfNew: true) }
      return
    }
    wakeAll()
    for slot in 0..<bound { inferDirection(slot, isOfNew: false) }
    oldListeners.markInferred()
  }

  private mutating func inferDirection(_ slot: Int32, isOfNew: Bool) {
    guard let row = rows.value(at: slot), !row.isLikelyIncoming,
      !isOfNew || row.firstSample == samples, oldListeners.haveAccepted(row)
    else { return }
    rows.values[Int(slot)].isLikelyIncoming = true
    touch(slot)
  }
}

extension Row {
  /// Which end opened it, as far as that is known or likely.
  package var likelyDirection: Connection.Direction {
    isLikelyIncoming && direction == .unknown ? .incoming : direction
  }

  /// For how many seconds it is or was open at least; `nil` before there are two samples of it.
  package func leastAge(at time: Timestamp) -> Double? {
    let seconds = (end?.at ?? time).seconds(since: seenAt)
    return seconds >= 1 ? seconds : nil
  }
}
