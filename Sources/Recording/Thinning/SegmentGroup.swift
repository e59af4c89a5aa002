import Connections
import GRDB

/// Segments of a run that follow each other, and become one.
struct SegmentGroup {
  /// At least one.
  let segments: [SegmentStart]
  /// The segment behind them.
  let end: SegmentStart
  /// Nanoseconds between the samples that are left at least.
  let resolution: Int64

  private var first: SegmentStart { segments[0] }

  /// The first of them with a sample that has more deltas; `nil` if there is none.
  func segment(_ db: Database, withMoreThan deltas: Int64) throws -> Int64? {
    let sample = try Int64.fetchOne(
      db,
      sql: "SELECT min(id) FROM batches WHERE id >= ? AND id < ? AND deltas > ?",
      arguments: [first.id, end.id, deltas]
    )
    return sample.flatMap { sample in segments.last { $0.id <= sample }?.id }
  }

  /// The first of them that cannot be read; `nil` if all can.
  func unreadableSegment(_ db: Database) -> Int64? {
    let ends = segments.dropFirst() + [end]
    return zip(segments, ends).first { segment, end in
      do {
        let reader = try RowReader(db, segment)
        for sample in try samples(db, from: segment, before: end) {
          _ = try reader.batches(db, in: sample.id..<sample.id + 1)
        }
        return false
      } catch {
        return true
      }
    }?.0.id
  }

  /// Replaces their rows by those of merged samples, in a transaction of the caller. A sample is read and
  /// deleted before what it becomes is written in its place.
  ///
  /// - Throws: the violation of a constraint where the rows take more numbers than those before.
  func merge(_ db: Database) throws {
    let samples = try samples(db, from: first, before: end)
    guard samples.first?.id == first.id else {
      throw RecordingError.damaged("segment \(first.id) has no first sample")
    }
    var readers = try readers(db)
    let rows = try RowWriter(db, next: first.numbers)
    var encoder = BatchEncoder()
    var merger = BatchMerger()
    var place = first
    var bucket: Int64?

    func write(_ recorded: RecordedBatch?, before next: SegmentStart) throws {
      try next.deleteRows(db, from: place)
      if place.id == first.id {
        try rows.writeSegment(
          first.id,
          run: first.run,
          continues: first.continues,
          resolution: resolution
        )
        encoder.beginSegment(first.id)
      }
      place = next
      guard let recorded else { return }
      try encoder.write(recorded.batch, at: recorded.id, growth: recorded.growth, to: rows)
    }

    for (index, sample) in samples.enumerated() {
      // The next one's segment has begun.
      while readers.count > 1, readers[1].id <= sample.id { readers.removeFirst() }
      let next = index + 1 < samples.count ? start(at: samples[index + 1]) : end
      guard next.numbers.delta >= place.numbers.delta,
        let recorded = try readers[0].batches(db, in: sample.id..<sample.id + 1).first
      else { throw RecordingError.damaged("batch \(sample.id) cannot be read") }
      if index == 0 {
        merger.begin(with: recorded)
        try write(recorded, before: next)
        continue
      }
      let own = recorded.batch.wallTime.nanoseconds / resolution
      if let bucket, bucket != own {
        try write(merger.finish(), before: start(at: sample))
      }
      bucket = own
      merger.add(recorded)
    }
    try write(merger.finish(), before: end)
    try moveAlerts(db)
  }

  /// A sample, and the number of its first delta.
  private typealias Place = (id: Int64, delta: Int64)

  private func samples(
    _ db: Database,
    from first: SegmentStart,
    before end: SegmentStart
  ) throws -> [Place] {
    try Row.fetchAll(
      db,
      sql: "SELECT id, first_delta FROM batches WHERE id >= ? AND id < ? ORDER BY id",
      arguments: [first.id, end.id]
    ).map { ($0.integer("id") ?? 0, $0.integer("first_delta") ?? 0) }
  }

  /// Where the rows of a sample begin that is not the first: all other tables are read and deleted with
  /// the first one.
  private func start(at sample: Place) -> SegmentStart {
    var numbers = end.numbers
    numbers.delta = min(max(sample.delta, first.numbers.delta), end.numbers.delta)
    return first.moved(to: sample.id, numbers)
  }

  /// One for each segment, which has read all that its deltas refer to.
  private func readers(_ db: Database) throws -> [RowReader] {
    let ends = segments.dropFirst().map(\.numbers) + [end.numbers]
    return try zip(segments, ends).map { segment, end in
      let reader = try RowReader(db, segment)
      try reader.readAll(before: end)
      return reader
    }
  }

  /// An alert belongs to the sample that its own became part of.
  private func moveAlerts(_ db: Database) throws {
    try db.execute(
      sql: """
        UPDATE alerts SET batch = (SELECT min(b.id) FROM batches b WHERE b.id >= alerts.batch)
        WHERE batch >= ? AND batch < ?
        """,
      arguments: [first.id, end.id]
    )
  }
}
