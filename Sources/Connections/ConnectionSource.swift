/// Follows connections and streams what changes: the kernel of this host does, and whatever else gives
/// batches.
package protocol ConnectionSource: Sendable {
  /// When it began to follow connections.
  var startedAt: Timestamp { get }

  /// Answers questions about single sockets and processes; `nil` where nobody can.
  var inspector: (any SocketInspector)? { get }

  /// Closes connections and signals processes; `nil` where there are none to act on.
  var actor: (any SocketActor)? { get }

  /// All that changed since the last batch. `nil` once the source has stopped.
  ///
  /// - Parameter isKeyframe: whether it is to have all connections that there are, whole. The first
  ///   has in any case.
  func nextBatch(isKeyframe: Bool) async throws -> Batch?

  /// Ends the source. No batch follows.
  func stop() async
}

extension ConnectionSource {
  package func nextBatch() async throws -> Batch? { try await nextBatch(isKeyframe: false) }

  /// Batches, one at once with all connections there are, then one each interval.
  ///
  /// The consumer sets the pace: a batch is made when it is asked for, and holds all since the last
  /// one. The interval can be changed meanwhile. When the stream ends, or its task is cancelled, the
  /// source stops. There can be one stream of a source.
  package func batches(every interval: Duration) -> Batches {
    Batches(source: self, interval: interval)
  }
}
