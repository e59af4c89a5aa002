extension Connection {
  /// An end of which nothing but the identity is known.
  package init(unseenEndOf id: ID, netns: UInt32, at now: Timestamp) {
    let none = Endpoint(address: Address(high: 0, low: 0), port: 0)
    self.init(
      id: id,
      local: none,
      remote: none,
      netns: netns,
      direction: .unknown,
      state: .closed,
      counters: .absent,
      owner: nil,
      openedAt: nil,
      end: End(at: now, reason: .unknown)
    )
  }

  /// This end of a connection, with what is unknown in it as it was before.
  ///
  /// No program sees some ends, and the kernel forgets parts of the tuple on the way down.
  package func ended(after last: Connection) -> Connection {
    guard let end else { return self }
    let isUnseen = end.isUnseen
    var ended = last
    ended.state = state
    ended.end = end
    if !remote.isNone, !isUnseen || last.remote.isNone { ended.remote = remote }
    if local.port != 0, !isUnseen || last.local.port == 0 { ended.local = local }
    if counters != .absent { ended.counters = counters }
    if ended.openedAt == nil { ended.openedAt = openedAt }
    if ended.direction == .unknown { ended.direction = direction }
    if let owner { ended.owner = owner }
    return ended
  }
}
