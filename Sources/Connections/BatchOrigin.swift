/// What a reader of batches knows of the last one, to tell whether the next continues it.
package struct BatchOrigin: Hashable, Sendable {
  private let boot: String
  private let sequence: UInt64

  package init(_ batch: Batch) {
    boot = batch.boot
    sequence = batch.sequence
  }

  /// Whether a batch is a later one of the same source. Otherwise the host or the source has started
  /// again, and nothing that was known before holds: identities and times are others.
  package func isContinued(by batch: Batch) -> Bool {
    guard batch.boot == boot else { return false }
    return !(batch.isKeyframe && batch.sequence > 0 && batch.sequence <= sequence)
  }
}
