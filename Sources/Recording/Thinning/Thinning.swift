import Connections
import GRDB

/// Makes room for more history: samples that are old enough are merged into fewer, each still with all
/// that began and ended.
struct Thinning {
  /// Segments are merged into one as long as they have no more deltas than this.
  private let mergedLimit: Int64 = 20_000
  /// A segment with a larger sample is left as it is: one sample at a time is in memory, with what is
  /// known of its connections.
  private let sampleLimit: Int64
  /// Segments that cannot be merged with those behind them.
  private var refused: Set<Int64> = []

  private static let perSecond = 1e9

  init(sampleLimit: Int64 = 200_000) {
    self.sampleLimit = sampleLimit
  }

  /// How far apart samples of an age in seconds are at least, in seconds; `nil` for as they came.
  static func resolution(atAge age: Double) -> Double? {
    switch age {
    case 604_800...: 600
    case 86_400...: 60
    case 3_600...: 10
    default: nil
    }
  }

  /// Thins one group of segments, the oldest that can be.
  ///
  /// - Throws: why they could not be; others are tried next.
  mutating func thin(_ db: Database, at now: Timestamp) throws {
    while let group = try oldestGroup(db, at: now) {
      if let large = try group.segment(db, withMoreThan: sampleLimit) {
        refused.insert(large)
      } else {
        return try merge(group, db)
      }
    }
  }

  private mutating func merge(_ group: SegmentGroup, _ db: Database) throws {
    do {
      try db.inTransaction {
        try group.merge(db)
        return .commit
      }
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
      // The merged segment would need more numbers than those before had.
      refused.insert(group.segments[0].id)
    } catch {
      if RecordingError(error).code == .damaged {
        refused.insert(group.unreadableSegment(db) ?? group.segments[0].id)
      }
      throw error
    }
  }

  /// The first segments that are finer than their age asks for. The newest segment is never among them.
  private func oldestGroup(_ db: Database, at now: Timestamp) throws -> SegmentGroup? {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT s.id, s.resolution, b.time,
          lead(b.time) OVER (ORDER BY s.id) AS next
        FROM segments s JOIN batches b ON b.id = s.id ORDER BY s.id
        """
    )
    func wanted(_ row: Row) -> Int64? {
      guard let id = row.integer("id"), !refused.contains(id), let next = row.integer("next") else {
        return nil
      }
      let age = Double(now.nanoseconds) - Double(next)
      return Self.resolution(atAge: age / Self.perSecond).map { Int64($0 * Self.perSecond) }
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
    return end.map { SegmentGroup(segments: segments, end: $0, resolution: resolution) }
  }
}
