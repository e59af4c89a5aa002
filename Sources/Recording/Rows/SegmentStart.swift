import GRDB

/// Where the rows of a segment begin in each table.
struct SegmentStart {
  let id: Int64
  let run: Int64
  let continues: Bool
  /// Nanoseconds between its samples at least; 0 for as they came.
  let resolution: Int64
  let numbers: RowNumbers

  private init(
    id: Int64,
    run: Int64,
    continues: Bool,
    resolution: Int64,
    numbers: RowNumbers
  ) {
    self.id = id
    self.run = run
    self.continues = continues
    self.resolution = resolution
    self.numbers = numbers
  }

  /// Behind all rows of a run.
  init(after id: Int64, run: Int64, _ numbers: RowNumbers) {
    self.init(id: id, run: run, continues: false, resolution: 0, numbers: numbers)
  }

  /// The same with its rows from elsewhere on.
  func moved(to id: Int64, _ numbers: RowNumbers) -> SegmentStart {
    SegmentStart(id: id, run: run, continues: continues, resolution: resolution, numbers: numbers)
  }

  private init(_ row: Row) {
    id = row.integer("id") ?? 0
    run = row.integer("run") ?? 0
    continues = row.integer("continues") == 1
    resolution = row.integer("resolution") ?? 0
    func number(_ column: String) -> Int64 {
      min(max(row.integer(column) ?? 0, 0), RowNumbers.limit)
    }
    numbers = RowNumbers(
      delta: number("first_delta"),
      fact: number("first_fact"),
      owner: number("first_owner"),
      process: number("first_process")
    )
  }

  static func fetch(_ db: Database, _ id: Int64) throws -> SegmentStart? {
    try Row.fetchOne(db, sql: "SELECT * FROM segments WHERE id = ?", arguments: [id])
      .map(SegmentStart.init)
  }

  /// Those from one on, the oldest first.
  static func fetch(_ db: Database, from id: Int64, limit: Int) throws -> [SegmentStart] {
    try Row.fetchAll(
      db,
      sql: "SELECT * FROM segments WHERE id >= ? ORDER BY id LIMIT ?",
      arguments: [id, limit]
    ).map(SegmentStart.init)
  }

  /// Deletes all rows of all tables from the start of one segment on, or from the first there are, up
  /// to the start of this one.
  func deleteRows(_ db: Database, from first: SegmentStart?) throws {
    let ranges: [(table: String, key: String, first: Int64, end: Int64)] = [
      ("deltas", "id", first?.numbers.delta ?? .min, numbers.delta),
      ("ends", "id", first?.numbers.delta ?? .min, numbers.delta),
      ("facts", "id", first?.numbers.fact ?? .min, numbers.fact),
      ("owners", "id", first?.numbers.owner ?? .min, numbers.owner),
      ("processes", "id", first?.numbers.process ?? .min, numbers.process),
      ("batches", "id", first?.id ?? .min, id),
      ("health", "id", first?.id ?? .min, id),
      ("namespaces", "batch", first?.id ?? .min, id),
      ("segments", "id", first?.id ?? .min, id),
    ]
    for range in ranges {
      try db.execute(
        sql: "DELETE FROM \(range.table) WHERE \(range.key) >= ? AND \(range.key) < ?",
        arguments: [range.first, range.end]
      )
    }
    // Alerts are kept by merged batches too.
    if first == nil {
      try db.execute(sql: "DELETE FROM alerts WHERE batch < ?", arguments: [id])
    }
  }
}
