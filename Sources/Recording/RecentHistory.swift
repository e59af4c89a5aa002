package import Connections
import GRDB

/// The last minutes of a live source, in memory.
package actor RecentHistory: HistoryActor, BatchSink {
  private let writer: RecordingWriter
  package var history: RecordedHistory
  /// Whether there are too many connections to keep, or there is no memory.
  private var isSuspended = false

  /// Seconds that are kept.
  package static let reach = 600.0
  /// Bytes that they take at most.
  package static let limit: Int64 = 32 << 20

  package init() throws(RecordingError) {
    let database = try RecordingDatabase.inMemory()
    writer = try RecordingWriter(
      database,
      RecordingWriter.Origin(host: "", version: ""),
      policy: .memory,
      limits: RetentionLimits(size: Self.limit, age: Self.reach, thins: false)
    )
    history = RecordedHistory(database)
  }

  /// What a connection takes in a keyframe, in bytes.
  private static let bytesPerConnection: Int64 = 160

  package func needsConnections(of count: Int) -> Bool {
    writer.needsKeyframe && !Self.isTooMany(count)
  }

  /// A keyframe of so many would leave no room for what follows.
  private static func isTooMany(_ count: Int) -> Bool {
    Int64(count) * bytesPerConnection > limit / 2
  }

  /// Bytes that are used.
  package var size: Int64 { get throws { try writer.size } }

  /// Too many connections are not kept.
  package func append(_ batch: Batch, connections: (@Sendable () -> [Connection])?) {
    let isNeeded = writer.needsKeyframe
    if isNeeded, connections == nil { return }
    let whole = isNeeded ? connections?() : nil
    if let whole { isSuspended = Self.isTooMany(whole.count) }
    if isSuspended { return }
    // Memory that is short takes the past, not the present.
    if let whole { try? writer.makeRoom(for: Int64(whole.count) * Self.bytesPerConnection) }
    try? writer.append(whole.map { Self.keyframe(of: $0, batch) } ?? batch)
  }

  /// A batch as a source makes one that has all connections.
  private static func keyframe(of connections: [Connection], _ batch: Batch) -> Batch {
    let ended = batch.deltas.filter { delta in
      if case .ended = delta { true } else { false }
    }
    return Batch(
      sequence: batch.sequence,
      isKeyframe: true,
      boot: batch.boot,
      time: batch.time,
      wallOffset: batch.wallOffset,
      deltas: connections.map { .upsert($0) } + ended,
      namespaces: batch.namespaces,
      health: batch.health
    )
  }
}
