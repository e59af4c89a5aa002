import Connections
import GRDB

/// Reads batches by their numbers. Numbers grow from batch to batch, with gaps.
struct BatchReader {
  /// The rows of the segment that was read last: going on in it reads only what is new.
  private var rows: RowReader?

  /// The batches of a segment whose numbers are in a range.
  mutating func batches(
    _ db: Database,
    ofSegment segment: Int64,
    in range: Range<Int64>
  ) throws -> [RecordedBatch] {
    let reader = try reader(db, segment)
    return try reader.batches(db, in: range)
  }

  private mutating func reader(_ db: Database, _ segment: Int64) throws -> RowReader {
    if let rows, rows.id == segment { return rows }
    guard let start = try SegmentStart.fetch(db, segment) else {
      throw RecordingError.damaged("it has no segment \(segment)")
    }
    let reader = try RowReader(db, start)
    rows = reader
    return reader
  }

  /// Forgets what was read: the rows may be others now.
  mutating func forget() { rows = nil }
}
