import Connections
import GRDB
import Samples
import Testing
import Threads

@testable import Monitor
@testable import Recording

struct HistoryTests {
  private func batch(_ number: UInt64, at seconds: Double, isKeyframe: Bool = false) -> Batch {
    Batch(
      sequence: number,
      isKeyframe: isKeyframe,
      boot: "boot",
      time: Sample.time(seconds),
      deltas: [
        .ended(
          Sample.connection(
            number,
            counters: Counters(bytesSent: 10, bytesReceived: 5),
            openedAt: seconds,
            closed: (seconds, number % 2 == 0 ? .reset : .fin)
          )
        )
      ],
      namespaces: [],
      health: SourceHealth()
    )
  }

  @Test func `two runs leave a gap, and a reader learns what ended in it`() throws {
    let file = try TemporaryRecording()
    var open = Sample.connection(1000, openedAt: 0)
    open.owner = Sample.owner(4, "gone")
    var first = batch(1, at: 1, isKeyframe: true)
    first = Batch(
      sequence: 1,
      isKeyframe: true,
      boot: "boot",
      time: first.time,
      deltas: first.deltas + [.upsert(open)],
      namespaces: [],
      health: SourceHealth()
    )
    try file.record([first, batch(2, at: 2)])
    try file.record([batch(1, at: 10, isKeyframe: true), batch(2, at: 11)])
    let coverage = try file.history().coverage()
    #expect(coverage == [Sample.time(1)...Sample.time(2), Sample.time(10)...Sample.time(11)])
    var model = Model(retention: .screen)
    for batch in try file.batches() { model.apply(batch) }
    let row = model.table.slot(of: open.id).flatMap { model.table[$0] }
    #expect(row?.end?.isUnseen == true)
  }

  @Test(arguments: [0.0, 1.0])
  func `a source tells what ended in a gap, and what goes on`(step: Double) async throws {
    let file = try TemporaryRecording()
    func keyframe(_ cookies: [UInt64], at seconds: Double) -> Batch {
      Batch(
        sequence: 1,
        isKeyframe: true,
        boot: "boot",
        time: Sample.time(seconds),
        deltas: cookies.map { .upsert(Sample.connection($0, openedAt: 0)) },
        namespaces: [],
        health: SourceHealth()
      )
    }
    try file.record([keyframe([1, 2], at: 1), batch(10, at: 2)])
    try file.record([keyframe([2, 3], at: 10), batch(11, at: 11), batch(12, at: 12)])
    let thread = try #require(ThreadExecutor())
    let source = try await RecordedSource(
      Recording(path: file.path, on: thread),
      RecordedSource.Choice(step: step)
    )
    var model = Model(retention: .screen)
    var report = LossReport()
    var losses: [String] = []
    while let batch = try await source.nextBatch(isKeyframe: false) {
      losses += report.update(batch.health).map(\.text)
      model.apply(batch)
    }
    #expect(losses == ["8 seconds not recorded"])
    func row(_ cookie: UInt64) -> Monitor.Row? {
      let table = model.table
      return table.slot(of: Sample.id(cookie)).flatMap { table[$0] }
    }
    #expect(row(1)?.end?.isUnseen == true)
    #expect(row(3).map { $0.end == nil } == true)
    // The same connection goes on; that nobody saw it in the gap does not end it for good.
    #expect(live(model).contains(2))
  }

  private func live(_ model: Model) -> Set<UInt64> {
    let table = model.table
    return Set((0..<table.bound).compactMap { table[$0] }.filter { $0.end == nil }.map(\.id.cookie))
  }

  @Test func `positions of moments, and activity of parts`() throws {
    let file = try TemporaryRecording()
    try file.record((1...100).map { batch(UInt64($0), at: Double($0), isKeyframe: $0 % 10 == 1) })
    var history = try file.history()
    #expect(try history.position(at: Sample.time(-5)) == 2)
    #expect(try history.position(at: Sample.time(1.5)) == 2)
    #expect(try history.position(at: Sample.time(50)) == 51)
    #expect(try history.position(at: Sample.time(1e6)) == 101)
    #expect(try history.position(before: 51) == 50)
    #expect(try history.position(before: 2) == nil)
    #expect(try history.batch(after: 101) == nil)
    #expect(try history.batches(upTo: 25).map(\.position) == [22, 23, 24, 25])
    let activity = try history.activity(in: Sample.time(1)...Sample.time(200), parts: 10)
    let known = activity.compactMap { $0 }
    #expect(known.reduce(0) { $0 + $1.bytes } == 1500)
    #expect(known.reduce(0) { $0 + $1.failures } == 50)
    // Nothing is known of what comes later.
    #expect(activity.last == .some(nil))
    #expect(try history.activity(in: Sample.time(1)...Sample.time(1), parts: 1).count == 1)
  }

  @Test func `an empty recording has no position`() throws {
    let file = try TemporaryRecording()
    try file.record([])
    var history = try file.history()
    #expect(try history.coverage() == [])
    #expect(try history.position(at: Sample.time(0)) == nil)
    #expect(try history.batch(after: 0) == nil)
    #expect(try history.batches(upTo: 5).isEmpty)
  }

  @Test func `what a failed write leaves out is counted, and the next keyframe goes on`() throws {
    let file = try TemporaryRecording()
    let writer = try file.writer()
    try writer.append(batch(1, at: 1, isKeyframe: true))
    // Another program that holds the database makes writing fail: a disk without room does likewise.
    try file.database().writeWithoutTransaction { db in
      try db.execute(sql: "BEGIN IMMEDIATE")
      #expect(throws: RecordingError.self) { try writer.append(batch(2, at: 2)) }
      try db.execute(sql: "ROLLBACK")
    }
    #expect(writer.needsKeyframe)
    try writer.append(batch(3, at: 3))
    #expect(writer.missing == 2)
    try writer.append(batch(4, at: 4, isKeyframe: true))
    try writer.append(batch(5, at: 5))
    try writer.close()
    let coverage = try file.history().coverage()
    #expect(coverage == [Sample.time(1)...Sample.time(1), Sample.time(4)...Sample.time(5)])
    #expect(try file.batches().map(\.time) == [1, 4, 5].map(Sample.time))
  }

  @Test func `the views answer what people ask`() throws {
    let file = try TemporaryRecording()
    let owner = Sample.owner(7, "curl", user: "ann")
    var failed = Sample.connection(5, owner: owner, openedAt: 1, closed: (2, .refused))
    failed.end = Connection.End(
      at: Sample.time(2),
      reason: .refused,
      error: 111,
      neverEstablished: true
    )
    let slow = Sample.connection(
      6,
      remote: Sample.endpoint("198.51.100.9", 443),
      counters: Counters(bytesSent: 100, bytesReceived: 50, rtt: 250_000, minRTT: 200_000),
      owner: owner,
      openedAt: 1
    )
    try file.record([
      Batch(
        sequence: 1,
        isKeyframe: true,
        boot: "boot",
        time: Sample.time(2),
        deltas: [.upsert(slow), .ended(failed)],
        namespaces: Sample.namespaces,
        health: SourceHealth()
      ),
      Batch(
        sequence: 2,
        boot: "boot",
        time: Sample.time(3601),
        deltas: [
          .counters(slow.id, .established, Counters(bytesSent: 300, bytesReceived: 60, rtt: 99))
        ],
        namespaces: [],
        health: SourceHealth()
      ),
    ])
    try file.database().read { db in
      let hours = try Row.fetchAll(db, sql: "SELECT * FROM bytes_by_process_and_hour ORDER BY hour")
      #expect(hours.map { $0["hour"] } == ["2026-03-01T12:00:00Z", "2026-03-01T13:00:00Z"])
      #expect(hours.map { $0["bytes_sent"] as Int64 } == [100, 200])
      #expect(hours.map { $0["bytes_received"] as Int64 } == [50, 10])
      #expect(hours.map { $0["process"] } == ["curl", "curl"])
      let failures = try Row.fetchAll(db, sql: "SELECT * FROM failed_connections")
      #expect(failures.map { $0["error"] } == ["ECONNREFUSED"])
      #expect(failures.map { $0["time"] } == ["2026-03-01T12:00:02.000Z"])
      #expect(failures.map { $0["netns_name"] } == ["host"])
      let remotes = try Row.fetchAll(db, sql: "SELECT * FROM remotes ORDER BY worst_rtt_us DESC")
      #expect(remotes.first?["remote_address"] == "198.51.100.9")
      #expect(remotes.first?["worst_rtt_us"] == 250_000)
      let all = try Row.fetchAll(db, sql: "SELECT * FROM connections ORDER BY id")
      #expect(all.map { $0["id"] } == ["5.0", "6.0"])
      #expect(all.map { $0["close_reason"] } == ["refused", nil])
      #expect(all.map { $0["bytes_sent"] as Int64? } == [0, 300])
      let samples = try Row.fetchAll(db, sql: "SELECT * FROM samples")
      #expect(samples.count == 3)
    }
  }
}
