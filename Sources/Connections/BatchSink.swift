/// Keeps the batches of a live source, so that they can be shown later.
package protocol BatchSink: Sendable {
  /// Whether the next batch has to come with all connections that there are.
  var needsConnections: Bool { get async }

  /// Keeps a batch.
  ///
  /// - Parameter connections: gives all connections that there are after it, whole, for a keyframe; `nil`
  ///   where that is not needed.
  func append(_ batch: Batch, connections: (@Sendable () -> [Connection])?) async
}
