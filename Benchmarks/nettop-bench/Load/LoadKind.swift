import ArgumentParser

/// What a load does over and over. One thread has both ends, so nothing waits for the scheduler
/// and whatever is added to a call shows in full.
enum LoadKind: String, CaseIterable, ExpressibleByArgument {
  /// As many bytes as fit, through one connection.
  case bulk
  /// A request and a response of 64 bytes.
  case requests
  /// Connect, accept, close, close.
  case connections
  /// A datagram of 64 bytes, sent and received.
  case datagrams
  /// Nothing but CPU time.
  case spin

  /// Those of TCP.
  static let connected: [LoadKind] = [.bulk, .requests, .connections]
}
