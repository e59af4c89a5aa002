import Connections
import GRDB
import Samples
import Testing

@testable import Recording

/// The last minutes in memory.
struct RecentHistoryTests {
  private static let size: Int64 = 4 << 20

  private func keyframe(_ second: Int) -> Batch {
    Batch(
      sequence: UInt64(second),
      isKeyframe: true,
      boot: "boot",
      time: Sample.time(Double(second)),
      deltas: (1...15_000).map {
        .upsert(Sample.connection(UInt64($0), counters: Counters(bytesSent: UInt64($0 * second))))
      },
      namespaces: [],
      health: SourceHealth()
    )
  }

  /// Of the database, pages that are free included.
  private func allBytes(_ database: DatabaseQueue) throws -> Int64 {
    try database.read { db in
      let pages = try Int64.fetchOne(db, sql: "PRAGMA page_count") ?? 0
      return pages * (try Int64.fetchOne(db, sql: "PRAGMA page_size") ?? 0)
    }
  }

  @Test func `a keyframe that leaves no room for the one before takes its memory`() throws {
    let database = try RecordingDatabase.inMemory()
    let writer = try RecordingWriter(
      database,
      RecordingWriter.Origin(host: "", version: ""),
      policy: .memory,
      limits: RetentionLimits(size: Self.size, thins: false)
    )
    for second in 1...4 {
      try writer.makeRoom(for: 15_000 * 160)
      try writer.append(keyframe(second))
    }
    #expect(try allBytes(database) < Self.size)
    // What is left is whole, and nothing comes before it.
    var history = RecordedHistory(database)
    #expect(try history.coverage() == [Sample.time(4)...Sample.time(4)])
    let position = try #require(try history.position(at: Sample.time(4)))
    let batches = try history.batches(upTo: position)
    #expect(batches.map { $0.batch.deltas.count } == [15_000])
    // With room for it, the one before stays.
    try writer.makeRoom(for: 1000)
    try writer.append(
      Batch(time: Sample.time(5), deltas: [], namespaces: [], health: SourceHealth())
    )
    #expect(try history.coverage() == [Sample.time(4)...Sample.time(5)])
  }

  /// A keyframe may take half of the memory, at 160 bytes each.
  private static let most = Int(RecentHistory.limit) / 2 / 160

  @Test func tooManyConnectionsAreNotAskedFor() async throws {
    let history = try RecentHistory()
    #expect(await history.needsConnections(of: Self.most))
    #expect(await !history.needsConnections(of: Self.most + 1))
    // Without them, nothing is kept that refers to them.
    await history.append(Sample.first, connections: nil)
    #expect(try await history.coverage().isEmpty)
    #expect(await history.needsConnections(of: Self.most))
  }

  @Test func connectionsAreAskedForOnce() async throws {
    let history = try RecentHistory()
    await history.append(Sample.first, connections: { [Sample.connection(1)] })
    #expect(await !history.needsConnections(of: 1))
    #expect(try await !history.coverage().isEmpty)
  }
}
