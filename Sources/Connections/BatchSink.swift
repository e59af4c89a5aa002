/// Keeps the batches of a live source, so that they can be shown later.
package protocol BatchSink: Sendable {
  /// Whether the next batch has to come with all connections that there are.
  ///
  /// - Parameter count: how many these are: too many are not kept, and not asked for.
  func needsConnections(of count: Int) async -> Bool

  /// Keeps a batch.
  ///
  /// - Parameter connections: gives all connections that there are after it, whole, for a keyframe; `nil`
  ///   where that is not needed.
  func append(_ batch: Batch, connections: (@Sendable () -> [Connection])?) async
}
