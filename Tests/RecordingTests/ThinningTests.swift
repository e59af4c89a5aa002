import Connections
import GRDB
import Samples
import Testing

@testable import Monitor
@testable import Recording

struct ThinningTests {
  private static let day = 86_400.0

  private struct Sums: Equatable {
    var sent: Int64
    var received: Int64
    var ends: Int64
  }

  private func sums(_ file: TemporaryRecording) throws -> Sums {
    try file.database().read { db in
      Sums(
        sent: try Int64.fetchOne(db, sql: "SELECT sum(sent) FROM deltas") ?? 0,
        received: try Int64.fetchOne(db, sql: "SELECT sum(received) FROM deltas") ?? 0,
        ends: try Int64.fetchOne(db, sql: "SELECT count(*) FROM ends") ?? 0
      )
    }
  }

  /// A connection that carries 10 bytes a second, and a short one each second.
  private func batches(_ seconds: Range<Int>, keyframes every: Int = 60) -> [Batch] {
    seconds.map { second in
      let long = Sample.connection(
        1,
        counters: Counters(bytesSent: UInt64(second) * 10),
        owner: Sample.owner(1, "long")
      )
      let short = Sample.connection(
        UInt64(second) + 10,
        counters: Counters(bytesReceived: 7),
        owner: Sample.owner(2, "short"),
        openedAt: Double(second) - 0.5,
        closed: (Double(second) - 0.2, .fin)
      )
      let isKeyframe = second % every == 0
      return Batch(
        sequence: UInt64(second + 1),
        isKeyframe: isKeyframe,
        boot: "boot",
        time: Sample.time(Double(second)),
        deltas: [
          isKeyframe ? .upsert(long) : .counters(long.id, .established, long.counters),
          .ended(short),
        ],
        namespaces: isKeyframe ? Sample.namespaces : [],
        health: SourceHealth()
      )
    }
  }

  @Test func `old samples are merged, and nothing that was carried or ended is lost`() throws {
    let file = try TemporaryRecording()
    let unthinned = try TemporaryRecording()
    let live = batches(0..<1800)
    try unthinned.record(live, limits: RetentionLimits(thins: false))
    let writer = try file.writer()
    for batch in live { try writer.append(batch) }
    // Two hours later, and again until all that is old is merged.
    for minute in 0..<40 {
      let second = 9000 + minute * 60
      try writer.append(batches(second..<second + 1, keyframes: 60)[0])
    }
    try writer.close()
    let later = try sums(file)
    var expected = try sums(unthinned)
    expected.ends += 40
    expected.received += 40 * 7
    // The long connection went on.
    expected.sent = later.sent
    #expect(later == expected)
    #expect(later.sent == Int64(9000 + 39 * 60) * 10)
    let count = try file.database().read { db in
      try Int.fetchOne(db, sql: "SELECT count(*) FROM batches WHERE id <= 1741")
    }
    // One in ten seconds, of the segments whose end is known to be old.
    #expect((174...176).contains(count ?? 0))
    let resolution = try file.database().read { db in
      try Int64.fetchOne(db, sql: "SELECT max(resolution) FROM segments")
    }
    #expect(resolution == 10_000_000_000)
    // It is still a recording: replayed, all ends are there.
    let replayed = try file.batches()
    var ends: Set<Connection.ID> = []
    for batch in replayed {
      for case .ended(let connection) in batch.deltas { ends.insert(connection.id) }
    }
    #expect(ends.count == 1840)
    #expect(replayed.map(\.time) == replayed.map(\.time).sorted())
  }

  /// Merging batches leaves a reader with what the batches themselves would have.
  @Test(arguments: 1...30 as ClosedRange<UInt64>)
  func `a merged batch leaves what those before left`(seed: UInt64) throws {
    let live = RandomRecording.lives(seed, count: 20, keyframes: 6)
    let recorded = live.map { batch in
      RecordedBatch(
        id: Int64(batch.sequence),
        batch: batch,
        // What a keyframe tells again adds nothing.
        growth: batch.deltas.map { _ in ByteGrowth(sent: batch.isKeyframe ? 0 : 1, received: 2) }
      )
    }
    var merger = BatchMerger()
    merger.begin(with: recorded[0])
    let outcome = merger.merge(Array(recorded.dropFirst()))
    let merged = try #require(outcome)
    let deltas = live.dropFirst().reduce(0) { $0 + $1.deltas.count }
    let added = live.dropFirst().reduce(0) { $0 + ($1.isKeyframe ? 0 : $1.deltas.count) }
    #expect(merged.growth.reduce(0) { $0 + $1.sent } == UInt64(added))
    #expect(merged.growth.count == merged.batch.deltas.count)
    #expect(merged.batch.deltas.count <= deltas)
    var straight = Model(retention: .screen)
    for batch in live { straight.apply(batch) }
    var short = Model(retention: .screen)
    short.apply(live[0])
    short.apply(merged.batch)
    let (one, other) = (connections(straight), connections(short))
    #expect(one.count == other.count)
    for (id, connection) in one { #expect(other[id] == connection) }
  }

  /// All that a model has, as it is last.
  private func connections(_ model: Model) -> [Connection.ID: Connection] {
    let table = model.table
    var connections: [Connection.ID: Connection] = [:]
    for slot in 0..<table.bound {
      guard let row = table[slot] else { continue }
      connections[row.id] = table.connection(of: row)
    }
    return connections
  }

  /// Thins all that is old at a moment.
  private func thin(
    _ file: TemporaryRecording,
    at seconds: Double,
    _ thinning: Thinning = Thinning()
  ) throws {
    try file.database().writeWithoutTransaction { db in
      var thinning = thinning
      for _ in 1...100 { try thinning.thin(db, at: Sample.time(seconds)) }
    }
  }

  @Test(arguments: 1...8 as ClosedRange<UInt64>)
  func `thinned segments leave what those before left`(seed: UInt64) throws {
    let file = try TemporaryRecording()
    try file.record(
      RandomRecording.lives(seed, count: 100, keyframes: 9),
      limits: RetentionLimits(thins: false)
    )
    let before = try file.batches()
    try thin(file, at: 1e6)
    let after = try file.batches()
    #expect(after.count < before.count / 2)
    func model(_ batches: [Batch]) -> Model {
      var model = Model(retention: .screen)
      for batch in batches { model.apply(batch) }
      return model
    }
    let (one, other) = (connections(model(before)), connections(model(after)))
    #expect(one.count == other.count)
    for (id, connection) in one { #expect(other[id] == connection) }
  }

  @Test func `a sample that is too large stays, and what is around it is merged`() throws {
    let file = try TemporaryRecording()
    var live = batches(0..<300)
    let large = live[90]
    let more = (1...10).map { Delta.upsert(Sample.connection(10_000 + $0)) }
    live[90] = Batch(
      sequence: large.sequence,
      boot: large.boot,
      time: large.time,
      deltas: large.deltas + more,
      namespaces: [],
      health: SourceHealth()
    )
    try file.record(live, limits: RetentionLimits(thins: false))
    try thin(file, at: 10_000, Thinning(sampleLimit: 11))
    let segments = try file.database().read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT s.resolution / 1000000000 AS resolution, count(*) AS samples
          FROM segments s JOIN batches b ON b.segment = s.id GROUP BY s.id ORDER BY s.id
          """
      ).map { [$0["resolution"] as Int64, $0["samples"]] }
    }
    // A keyframe, and a sample for each ten seconds after it; the newest segment is as it came.
    #expect(segments == [[10, 7], [0, 60], [10, 13], [0, 60]])
  }

  @Test func `an alert keeps the sample that it came with`() throws {
    let file = try TemporaryRecording()
    let writer = try file.writer(limits: RetentionLimits(thins: false))
    for (second, batch) in batches(0..<300).enumerated() {
      try writer.append(batch)
      guard second % 7 == 0 else { continue }
      let time = Sample.time(Double(second))
      try writer.append([RecordedAlert(rule: "r", text: "", id: Sample.id(1), time: time)])
    }
    try writer.close()
    try thin(file, at: 10_000)
    try file.database().read { db in
      #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM batches") ?? 0 < 150)
      #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM alerts") == 43)
      // Merged samples end at most ten seconds later.
      let kept = try Int.fetchOne(
        db,
        sql: """
          SELECT count(*) FROM alerts a JOIN batches b ON b.id = a.batch
          WHERE b.time - a.time BETWEEN 0 AND 10000000000
          """
      )
      #expect(kept == 43)
    }
  }

  @Test func `limits hold where an old segment cannot be read`() throws {
    let file = try TemporaryRecording()
    try file.record(batches(0..<1500), limits: RetentionLimits(thins: false))
    // Of one segment in the middle.
    try file.database().write { try $0.execute(sql: "DELETE FROM facts WHERE id = 700") }
    let size = try file.database().read { try Retention.usedBytes($0) }
    let writer = try file.writer(limits: RetentionLimits(size: size * 9 / 10))
    try writer.append(batches(9000..<9001)[0])
    #expect(writer.maintenanceProblem?.code == .damaged)
    // What is around it is thinned all the same.
    for second in 9001..<9250 {
      try writer.append(batches(second..<second + 1)[0])
      #expect(writer.maintenanceProblem == nil)
    }
    try writer.close()
    let sql = "SELECT count(*) FROM segments WHERE resolution = 0 AND id < 1400"
    let (used, fine) = try file.database().read { db in
      (try Retention.usedBytes(db), try Int.fetchOne(db, sql: sql))
    }
    #expect(used < size * 9 / 10)
    #expect(fine == 1)
  }

  @Test func `young samples stay as they came whatever the file calls their resolution`() throws {
    let file = try TemporaryRecording()
    try file.record(batches(0..<200))
    try file.database().write { try $0.execute(sql: "UPDATE segments SET resolution = -1") }
    let writer = try file.writer()
    for batch in batches(200..<400) {
      try writer.append(batch)
      #expect(writer.maintenanceProblem == nil)
    }
    try writer.close()
    let times = try file.batches().map(\.time)
    #expect(Set(times) == Set((0..<400).map { Sample.time(Double($0)) }))
  }

  @Test func `the oldest goes when there is too much, or it is too old`() throws {
    let file = try TemporaryRecording()
    let limits = RetentionLimits(size: 400_000, age: nil, thins: false)
    try file.record(batches(0..<6000), limits: limits)
    let coverage = try file.history().coverage()
    #expect(coverage.count == 1)
    let used = try file.database().read { try Retention.usedBytes($0) }
    #expect(used < 420_000)
    #expect(used > 300_000)
    #expect(coverage[0].upperBound == Sample.time(5999))
    #expect(coverage[0].lowerBound > Sample.time(1000))
    // Nothing is left that no batch refers to.
    try file.database().read { db in
      let orphans = try Int.fetchOne(
        db,
        sql: """
          SELECT (SELECT count(*) FROM deltas WHERE batch NOT IN (SELECT id FROM batches))
            + (SELECT count(*) FROM facts WHERE id NOT IN (SELECT fact FROM deltas))
            + (SELECT count(*) FROM ends WHERE id NOT IN (SELECT id FROM deltas))
            + (SELECT count(*) FROM owners WHERE id NOT IN
                (SELECT owner FROM deltas WHERE owner IS NOT NULL))
            + (SELECT count(*) FROM namespaces WHERE batch NOT IN (SELECT id FROM batches))
            + (SELECT count(*) FROM health WHERE id NOT IN (SELECT health FROM batches))
          """
      )
      #expect(orphans == 0)
    }
    let aged = try TemporaryRecording()
    try aged.record(batches(0..<1000), limits: RetentionLimits(age: 300, thins: false))
    let stretch = try #require(try aged.history().coverage().first)
    let kept = stretch.upperBound.seconds(since: stretch.lowerBound)
    // Whole segments of a minute.
    #expect((300...420).contains(kept))
  }
}
