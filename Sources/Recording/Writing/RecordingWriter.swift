package import Connections
import GRDB

/// Writes batches to a recording, each in a transaction of its own: what was written stays, whatever
/// happens later.
package final class RecordingWriter {
  /// Where a recording comes from.
  package struct Origin: Hashable, Sendable {
    /// `uname -n`.
    package let host: String
    /// The version of nettop.
    package let version: String

    package init(host: String, version: String) {
      self.host = host
      self.version = version
    }
  }

  private let database: DatabaseQueue
  /// `nil` once the recording is closed.
  private var rows: RowWriter?
  private let origin: Origin
  private let policy: SegmentPolicy
  private var retention: Retention
  private var encoder = BatchEncoder()
  /// The number of the run; `nil` before its first batch.
  private var run: Int64?
  private var nextBatch: Int64
  /// When the segment began; `nil` where the next batch has to begin one.
  private var segmentTime: Timestamp?
  /// Whether batches were lost before the next one, or there is none yet.
  private var isAfterGap = true
  private var sinceMaintenance = 0
  /// Whether batches are left out until a keyframe comes.
  private var awaitsKeyframe = false

  /// Batches that are not in the recording: writing failed, or they came before the keyframe that
  /// follows such a failure.
  package private(set) var missing: UInt64 = 0

  /// How many batches are written between two looks at the limits.
  private static let maintenanceInterval = 64

  init(
    _ database: DatabaseQueue,
    _ origin: Origin,
    policy: SegmentPolicy,
    limits: RetentionLimits
  ) throws(RecordingError) {
    self.database = database
    self.origin = origin
    self.policy = policy
    retention = Retention(limits)
    (rows, nextBatch) = try database.reported {
      try $0.read { db in
        func next(_ table: String) throws -> Int64 {
          let last = try Int64.fetchOne(db, sql: "SELECT max(id) FROM \(table)") ?? 0
          guard (0...RowNumbers.limit).contains(last) else {
            throw RecordingError.damaged("\(table) has row \(last)")
          }
          return last + 1
        }
        let numbers = RowNumbers(
          delta: try next("deltas"),
          fact: try next("facts"),
          owner: try next("owners"),
          process: try next("processes")
        )
        // A number is left out, as something may be missing between two runs.
        return (try RowWriter(db, next: numbers), try next("batches") + 1)
      }
    }
  }

  /// Whether the next batch is to be a keyframe.
  package var needsKeyframe: Bool { segmentTime == nil || isSegmentOver }
  private var isSegmentOver = false

  /// Adds a batch. After a failure, batches are left out until a keyframe comes.
  package func append(_ batch: Batch) throws(RecordingError) {
    let beginsSegment = batch.isKeyframe || segmentTime == nil
    if awaitsKeyframe, !batch.isKeyframe {
      missing += 1
      return
    }
    let beginsRun = run == nil
    guard let rows else { throw RecordingError(.failed, "the recording is closed") }
    let saved = rows.next
    do throws(RecordingError) {
      try database.reported {
        try $0.write { db in try write(batch, beginsSegment: beginsSegment, db, rows) }
      }
    } catch {
      if beginsRun { run = nil }
      fail(backTo: saved)
      throw error
    }
    nextBatch += 1
    (isAfterGap, awaitsKeyframe) = (false, false)
    if beginsSegment { segmentTime = batch.time }
    let seconds = segmentTime.map { batch.time.seconds(since: $0) } ?? 0
    isSegmentOver = policy.isOver(deltas: encoder.deltas, live: encoder.live, seconds: seconds)
    do throws(RecordingError) {
      try maintain(at: batch.wallTime, afterSegment: beginsSegment)
      maintenanceProblem = nil
    } catch {
      maintenanceProblem = error
    }
  }

  /// Drops what a keyframe of so many bytes leaves no room for, before that is appended. Only for a
  /// database in memory: nothing is left of a file that is closed before the keyframe comes.
  package func makeRoom(for bytes: Int64) throws(RecordingError) {
    guard let rows, let run else { return }
    let isLeft = try database.reported {
      try $0.writeWithoutTransaction { db in
        try retention.makeRoom(
          db,
          for: bytes,
          upTo: SegmentStart(after: nextBatch, run: run, rows.next)
        )
      }
    }
    if !isLeft { isAfterGap = true }
  }

  /// Why old samples could not be dropped or merged after the last batch; `nil` if they could. The batch
  /// is written all the same.
  package private(set) var maintenanceProblem: RecordingError?

  private func fail(backTo numbers: RowNumbers) {
    rows?.next = numbers
    encoder.forgetRows()
    segmentTime = nil
    (isAfterGap, awaitsKeyframe) = (true, true)
    nextBatch += 1
    missing += 1
  }

  private func write(
    _ batch: Batch,
    beginsSegment: Bool,
    _ db: Database,
    _ rows: RowWriter
  ) throws {
    let id = nextBatch
    let run = try run ?? beginRun(batch, db)
    self.run = run
    if beginsSegment {
      try rows.writeSegment(id, run: run, continues: !isAfterGap, resolution: 0)
      encoder.beginSegment(id)
    }
    try encoder.write(batch, at: id, to: rows)
  }

  private func beginRun(_ batch: Batch, _ db: Database) throws -> Int64 {
    try db.execute(
      sql: "INSERT INTO runs (host, boot, version, started_at) VALUES (?, ?, ?, ?)",
      arguments: [origin.host, batch.boot, origin.version, batch.wallTime.nanoseconds]
    )
    return db.lastInsertedRowID
  }

  /// Records alerts, as of the last batch.
  package func append(_ alerts: [RecordedAlert]) throws(RecordingError) {
    try database.reported {
      try $0.write { db in
        for alert in alerts {
          try db.execute(
            sql: """
              INSERT INTO alerts (batch, time, rule, cookie, generation, text)
              VALUES (?, ?, ?, ?, ?, ?)
              """,
            arguments: [
              nextBatch - 1, alert.time.nanoseconds, alert.rule, Int64(bitPattern: alert.id.cookie),
              Int64(bitPattern: alert.id.generation), alert.text,
            ]
          )
        }
      }
    }
  }

  /// Keeps to the limits.
  private func maintain(at now: Timestamp, afterSegment: Bool) throws(RecordingError) {
    sinceMaintenance += 1
    guard afterSegment || sinceMaintenance >= Self.maintenanceInterval else { return }
    sinceMaintenance = 0
    try database.reported {
      try $0.writeWithoutTransaction { db in
        try retention.keep(db, at: now)
        // The present segment alone can be too large: it can go only once another has begun.
        if try retention.isTooLarge(db) { isSegmentOver = true }
      }
    }
  }

  /// Bytes that the database takes, free ones aside.
  package var size: Int64 {
    get throws(RecordingError) {
      try database.reported { try $0.read { try Retention.usedBytes($0) } }
    }
  }

  /// Ends the recording in good order: one file is left, unless others have it open.
  package func close() throws(RecordingError) {
    // SQLite closes no database with statements.
    rows = nil
    try database.reported { database in
      database.inDatabase { db in
        _ = try? String.fetchOne(db, sql: "PRAGMA journal_mode = DELETE")
      }
      try database.close()
    }
  }
}
