import Connections
import GRDB

/// Makes room for more history: samples that are old enough are merged into fewer, each still with all
/// that began and ended.
enum Thinning {
  /// Segments are merged into one as long as they have no more deltas than this.
  private static let mergedLimit: Int64 = 20_000
  /// A single segment with more deltas is left as it is: merging would take too much memory at once.
  private static let segmentLimit: Int64 = 400_000
  private static let perSecond = 1e9

  /// How far apart samples of an age in seconds are at least, in seconds; 0 for as they came.
  static func resolution(atAge age: Double) -> Double {
    switch age {
    case 604_800...: 600
    case 86_400...: 60
    case 3_600...: 10
    default: 0
    }
  }

  /// Thins one group of segments, the oldest that can be.
  static func thin(_ db: Database, at now: Timestamp) throws {
    guard let (segments, end, resolution) = try candidates(db, at: now) else { return }
    let first = segments[0]
    var isMerged = false
    if end.numbers.delta - first.numbers.delta <= segmentLimit {
      try db.inTransaction {
        isMerged = try merge(db, segments, end, resolution)
        return isMerged ? .commit : .rollback
      }
    }
    if isMerged { return }
    // It is not tried again.
    try db.execute(
      sql: "UPDATE segments SET resolution = ? WHERE id = ?",
      arguments: [resolution, first.id]
    )
  }

  /// The first segments that are finer than their age asks for, the segment behind them, and how far
  /// apart their samples are to be. The newest segment is never among them.
  private static func candidates(
    _ db: Database,
    at now: Timestamp
  ) throws -> (segments: [SegmentStart], end: SegmentStart, resolution: Int64)? {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT s.id, s.resolution, b.time,
          lead(b.time) OVER (ORDER BY s.id) AS next
        FROM segments s JOIN batches b ON b.id = s.id ORDER BY s.id
        """
    )
    func wanted(_ row: Row) -> Int64? {
      guard let next = row.integer("next") else { return nil }
      let age = Double(now.nanoseconds) - Double(next)
      return Int64(Self.resolution(atAge: age / perSecond) * perSecond)
    }
    let fine = rows.first { row in
      wanted(row).map { $0 > row.integer("resolution") ?? 0 } ?? false
    }
    guard let row = fine, let id = row.integer("id"), let resolution = wanted(row) else {
      return nil
    }
    let all = try SegmentStart.fetch(db, from: id, limit: 1000)
    guard let first = all.first else { return nil }
    var segments = [first]
    var end: SegmentStart?
    for segment in all.dropFirst() {
      let row = rows.first { $0.integer("id") == segment.id }
      let isOldEnough = row.flatMap(wanted) == resolution && segment.resolution < resolution
      let deltas = all.first { $0.id > segment.id }.map { $0.numbers.delta - first.numbers.delta }
      guard segment.run == first.run, segment.continues, isOldEnough,
        let deltas, deltas <= mergedLimit
      else {
        end = segment
        break
      }
      segments.append(segment)
    }
    return end.map { (segments, $0, resolution) }
  }

  /// - Returns: whether the merged segment takes no more numbers than those before.
  private static func merge(
    _ db: Database,
    _ segments: [SegmentStart],
    _ end: SegmentStart,
    _ resolution: Int64
  ) throws -> Bool {
    let first = segments[0]
    var reader = BatchReader()
    var batches: [RecordedBatch] = []
    for (index, segment) in segments.enumerated() {
      let next = index + 1 < segments.count ? segments[index + 1].id : end.id
      batches += try reader.batches(db, ofSegment: segment.id, in: segment.id..<next)
    }
    guard let keyframe = batches.first else { return false }
    var merger = BatchMerger()
    merger.begin(with: keyframe)
    var merged = [keyframe]
    var bucket: [RecordedBatch] = []
    func place(_ batch: RecordedBatch) -> Int64 { batch.batch.wallTime.nanoseconds / resolution }
    for batch in batches.dropFirst() {
      if let last = bucket.last, place(last) != place(batch) {
        merger.merge(bucket).map { merged.append($0) }
        bucket = []
      }
      bucket.append(batch)
    }
    merger.merge(bucket).map { merged.append($0) }

    try end.deleteRows(db, from: first)
    let rows = try RowWriter(db, next: first.numbers)
    var encoder = BatchEncoder()
    try rows.writeSegment(
      first.id,
      run: first.run,
      continues: first.continues,
      resolution: resolution
    )
    encoder.beginSegment(first.id)
    for recorded in merged {
      try encoder.write(recorded.batch, at: recorded.id, growth: recorded.growth, to: rows)
    }
    return rows.next.isWithin(end.numbers)
  }
}
