package import Connections
import GRDB

/// The last minutes of a live source, in memory.
package actor RecentHistory: BatchHistory {
  private let writer: RecordingWriter
  private var history: RecordedHistory

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

  /// Whether the next batch is to be a keyframe.
  package var needsKeyframe: Bool { writer.needsKeyframe }

  /// Bytes that are used.
  package var size: Int64 { get throws { try writer.size } }

  package func append(_ batch: Batch) throws { try writer.append(batch) }

  package func coverage() throws -> [ClosedRange<Timestamp>] { try history.coverage() }

  package func position(at moment: Timestamp) throws -> Int64? {
    try history.position(at: moment)
  }

  package func batches(upTo position: Int64) throws -> [PastBatch] {
    history.forget()
    return try history.batches(upTo: position)
  }

  package func batch(after position: Int64) throws -> PastBatch? {
    try history.batch(after: position)
  }

  package func position(before position: Int64) throws -> Int64? {
    try history.position(before: position)
  }

  package func activity(
    in range: ClosedRange<Timestamp>,
    parts: Int
  ) throws -> [PastActivity?] {
    try history.activity(in: range, parts: parts)
  }
}
