/// Keeps the batches of a live source, so that they can be shown later.
package protocol BatchSink: Sendable {
  /// Keeps a batch.
  ///
  /// - Parameter connections: gives all connections that there are after it, whole, for a keyframe.
  func append(_ batch: Batch, connections: @Sendable () -> [Connection]) async
}
