/// What became of one connection since the last batch. A repeated one does no harm; a lost one does
/// harm until the next of the same connection.
package enum Delta: Sendable {
  /// A connection, whole: new, or as it is now.
  case upsert(Connection)
  /// New state and figures of a connection.
  case counters(Connection.ID, SocketState, Counters)
  /// What was learnt later of a connection: its owner, which can be another process now.
  case annotated(Connection.ID, Owner)
  /// The end of a connection, whole, with its final figures and `end` set. It may be the first
  /// report of it. What is unknown in it is as it was (`Connection.ended(after:)`).
  case ended(Connection)
}

/// All that changed since the last batch.
package struct Batch: Sendable {
  /// Numbers the batches of a source from 1: a reader that misses one waits for a keyframe.
  package let sequence: UInt64
  /// Whether it has all connections that there are, whole: a reader can begin with it. What a reader
  /// knows besides has ended.
  package let isKeyframe: Bool
  /// The boot of the host, `/proc/sys/kernel/random/boot_id`: cookies and times of another boot are
  /// others. Empty if it is not known.
  package let boot: String
  /// When the figures were read.
  package let time: Timestamp
  /// Nanoseconds by which the wall clock was set since the source began: what has to be added to its
  /// moments for the time of day.
  package let wallOffset: Int64
  /// At most one of a kind for a connection, in the order upsert, annotated, counters, ended.
  package let deltas: [Delta]
  /// Namespaces that are new, or have another name.
  package let namespaces: [NetworkNamespace]
  package let health: SourceHealth

  package init(
    sequence: UInt64 = 0,
    isKeyframe: Bool = false,
    boot: String = "",
    time: Timestamp,
    wallOffset: Int64 = 0,
    deltas: [Delta],
    namespaces: [NetworkNamespace],
    health: SourceHealth
  ) {
    self.sequence = sequence
    self.isKeyframe = isKeyframe
    self.boot = boot
    self.time = time
    self.wallOffset = wallOffset
    self.deltas = deltas
    self.namespaces = namespaces
    self.health = health
  }
}

extension Batch {
  /// When the figures were read, by the wall clock.
  package var wallTime: Timestamp { time.shifted(by: wallOffset) }
}
