import Connections
import GRDB

/// Drops and thins what is old.
struct Retention {
  private let limits: RetentionLimits
  private var thinning: Thinning

  init(_ limits: RetentionLimits, thinning: Thinning = Thinning()) {
    self.limits = limits
    self.thinning = thinning
  }

  /// How full the recording is afterwards, so that not every batch has to make room.
  private static let fill = 0.95

  /// Drops the oldest segments that are beyond a limit, but never the newest, and thins some of the
  /// others. Where these cannot be thinned, the limits hold all the same.
  mutating func keep(_ db: Database, at now: Timestamp) throws {
    let thinned = Result { if limits.thins { try thinning.thin(db, at: now) } }
    try drop(db, at: now)
    try thinned.get()
  }

  private func drop(_ db: Database, at now: Timestamp) throws {
    if let age = limits.age {
      let oldest = now.shifted(by: -Int64(min(age, 1e9) * 1e9)).nanoseconds
      // A segment goes when the one behind it is too old to be needed whole.
      let first = try Int64.fetchOne(
        db,
        sql: "SELECT segment FROM batches WHERE time <= ? ORDER BY time DESC, id DESC LIMIT 1",
        arguments: [oldest]
      )
      if let first { try dropSegments(db, before: first) }
    }
    guard let size = limits.size, try Self.usedBytes(db) > size else { return }
    while try Double(Self.usedBytes(db)) > Double(size) * Self.fill {
      let two = try Int64.fetchAll(db, sql: "SELECT id FROM segments ORDER BY id LIMIT 2")
      guard two.count == 2 else { return }
      try dropSegments(db, before: two[1])
      // Of a damaged file, the first segment may refer to nothing.
      let first = try Int64.fetchOne(db, sql: "SELECT min(id) FROM segments")
      if first == two[0] { throw RecordingError.damaged("segment \(two[0]) cannot be dropped") }
    }
  }

  /// Drops the oldest segments, and the newest too, where so many bytes more would be beyond the limit:
  /// they go as soon as those bytes are written, and would take their memory besides.
  ///
  /// - Parameter end: of the rows there are.
  /// - Returns: whether any segment is left.
  func makeRoom(
    _ db: Database,
    for bytes: Int64,
    upTo end: @autoclosure () -> SegmentStart
  ) throws -> Bool {
    guard let size = limits.size else { return true }
    while try Self.usedBytes(db) > size - bytes {
      let two = try Int64.fetchAll(db, sql: "SELECT id FROM segments ORDER BY id LIMIT 2")
      guard two.count == 2 else {
        try db.inTransaction {
          try end().deleteRows(db, from: nil)
          return .commit
        }
        return false
      }
      try dropSegments(db, before: two[1])
    }
    return true
  }

  func isTooLarge(_ db: Database) throws -> Bool {
    guard let size = limits.size else { return false }
    return try Self.usedBytes(db) > size
  }

  /// Drops all segments before one, each in a transaction of its own.
  private func dropSegments(_ db: Database, before first: Int64) throws {
    let old = try Int64.fetchAll(
      db,
      sql: "SELECT id FROM segments WHERE id <= ? ORDER BY id",
      arguments: [first]
    )
    for segment in old.dropFirst() {
      try db.inTransaction {
        try Self.drop(db, before: segment)
        return .commit
      }
    }
  }

  /// Deletes all rows that come before a segment.
  private static func drop(_ db: Database, before segment: Int64) throws {
    guard let first = try SegmentStart.fetch(db, segment) else { return }
    try first.deleteRows(db, from: nil)
    try db.execute(sql: "UPDATE segments SET continues = 0 WHERE id = ?", arguments: [segment])
    try db.execute(sql: "DELETE FROM runs WHERE id NOT IN (SELECT run FROM segments)")
  }

  static func usedBytes(_ db: Database) throws -> Int64 {
    let pages = try Int64.fetchOne(db, sql: "PRAGMA page_count") ?? 0
    let free = try Int64.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0
    return (pages - free) * (try Int64.fetchOne(db, sql: "PRAGMA page_size") ?? 0)
  }
}
