import Connections
import GRDB

/// The batches of a database, for whoever has it: the queries behind `BatchHistory`.
package struct RecordedHistory {
  private let database: DatabaseQueue
  private var reader = BatchReader()

  init(_ database: DatabaseQueue) {
    self.database = database
  }

  /// Segments that were rewritten or dropped may be among those that were read.
  mutating func forget() { reader.forget() }

  func coverage() throws(RecordingError) -> [ClosedRange<Timestamp>] {
    try database.reported {
      try $0.read { db in
        var stretches: [ClosedRange<Timestamp>] = []
        let rows = try Row.fetchCursor(
          db,
          sql: """
            SELECT s.continues, b.time AS first,
              (SELECT l.time FROM batches l WHERE l.id < coalesce(
                (SELECT min(n.id) FROM segments n WHERE n.id > s.id), 9223372036854775807)
                ORDER BY l.id DESC LIMIT 1) AS last
            FROM segments s JOIN batches b ON b.id = s.id ORDER BY s.id
            """
        )
        while let row = try rows.next() {
          let first = Timestamp(recorded: row.integer("first") ?? 0)
          let last = max(first, Timestamp(recorded: row.integer("last") ?? 0))
          if row.integer("continues") == 1, let before = stretches.popLast() {
            stretches.append(before.lowerBound...max(before.upperBound, last))
          } else {
            stretches.append(first...last)
          }
        }
        return stretches
      }
    }
  }

  func position(at moment: Timestamp) throws(RecordingError) -> Int64? {
    try database.reported {
      try $0.read { db in
        try Int64.fetchOne(
          db,
          sql: "SELECT id FROM batches WHERE time <= ? ORDER BY time DESC, id DESC LIMIT 1",
          arguments: [moment.nanoseconds]
        ) ?? Int64.fetchOne(db, sql: "SELECT min(id) FROM batches")
      }
    }
  }

  func position(before position: Int64) throws(RecordingError) -> Int64? {
    try database.reported {
      try $0.read { db in
        try Int64.fetchOne(
          db,
          sql: "SELECT max(id) FROM batches WHERE id < ?",
          arguments: [position]
        )
      }
    }
  }

  mutating func batches(upTo position: Int64) throws(RecordingError) -> [PastBatch] {
    try read { (db, reader) in
      let place = try Int64.fetchOne(
        db,
        sql: "SELECT segment FROM batches WHERE id <= ? ORDER BY id DESC LIMIT 1",
        arguments: [position]
      )
      guard let segment = place else { return [] }
      guard segment <= position, position < .max else {
        throw RecordingError.damaged("batch \(position) is in segment \(segment)")
      }
      return try reader.batches(db, ofSegment: segment, in: segment..<position + 1)
    }
  }

  mutating func batch(after position: Int64) throws(RecordingError) -> PastBatch? {
    try read { (db, reader) in
      let row = try Row.fetchOne(
        db,
        sql: "SELECT id, segment FROM batches WHERE id > ? ORDER BY id LIMIT 1",
        arguments: [position]
      )
      guard let row else { return [] }
      guard let id = row.integer("id"), let segment = row.integer("segment"), id < .max else {
        throw RecordingError.damaged("a batch has no segment")
      }
      let batches = try reader.batches(db, ofSegment: segment, in: id..<id + 1)
      if batches.isEmpty { throw RecordingError.damaged("batch \(id) cannot be read") }
      return batches
    }.first
  }

  private mutating func read(
    _ body: (Database, inout BatchReader) throws -> [RecordedBatch]
  ) throws(RecordingError) -> [PastBatch] {
    var reader = self.reader
    defer { self.reader = reader }
    return try database.reported {
      try $0.read { db in
        try body(db, &reader).map {
          PastBatch(position: $0.id, batch: $0.batch)
        }
      }
    }
  }

  func activity(
    in range: ClosedRange<Timestamp>,
    parts: Int
  ) throws(RecordingError) -> [PastActivity?] {
    guard parts > 0 else { return [] }
    let start = Double(range.lowerBound.nanoseconds)
    let length = Double(range.upperBound.nanoseconds) - start
    var activity = [PastActivity?](repeating: nil, count: parts)
    func part(of moment: Double) -> Int {
      guard length > 0 else { return 0 }
      return Int(min(max((moment - start) / length * Double(parts), 0), Double(parts - 1)))
    }
    // A part between two batches of a stretch is known as well.
    for stretch in try coverage() where stretch.overlaps(range) {
      let first = part(of: Double(stretch.lowerBound.nanoseconds))
      let last = part(of: Double(stretch.upperBound.nanoseconds))
      for index in first...max(first, last) { activity[index] = PastActivity() }
    }
    let summed = try database.reported {
      try $0.read { db in
        var summed = activity
        let rows = try RowStatement(
          db,
          """
          SELECT time, bytes_sent, bytes_received, failures FROM batches
          WHERE time BETWEEN ? AND ?
          """
        )
        try rows.forEach {
          $0.add(range.lowerBound.nanoseconds)
          $0.add(range.upperBound.nanoseconds)
        } _: { columns in
          let index = part(of: Double(columns.number() ?? 0))
          let bytes = (columns.figure() ?? 0) &+ (columns.figure() ?? 0)
          let failures = columns.figure() ?? 0
          summed[index, default: PastActivity()].bytes &+= bytes
          summed[index, default: PastActivity()].failures &+= failures
        }
        return summed
      }
    }
    return summed
  }
}

extension Array where Element == PastActivity? {
  fileprivate subscript(index: Int, default value: PastActivity) -> PastActivity {
    get { self[index] ?? value }
    set { self[index] = newValue }
  }
}
