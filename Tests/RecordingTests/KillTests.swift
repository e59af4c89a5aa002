import Connections
import GRDB
import Glibc
import Samples
import TestSupport
import Testing

@testable import Recording

/// A writer that is killed at any moment leaves all that it had written.
@Suite(.live, .timeLimit(.minutes(10))) struct KillTests {
  /// A batch with a connection that opens and ends, and one that goes on.
  private static func batch(_ number: Int, isKeyframe: Bool) -> Batch {
    let long = Sample.connection(1, counters: Counters(bytesSent: UInt64(number)))
    let short = Sample.connection(
      UInt64(number) + 10,
      counters: Counters(bytesReceived: 7),
      owner: Sample.owner(Int32(number % 1000), "p\(number % 50)"),
      openedAt: Double(number) - 0.5,
      closed: (Double(number), .fin)
    )
    return Batch(
      sequence: UInt64(number),
      isKeyframe: isKeyframe,
      boot: "boot",
      time: Sample.time(Double(number)),
      deltas: [
        isKeyframe ? .upsert(long) : .counters(long.id, .established, long.counters),
        .ended(short),
      ],
      namespaces: isKeyframe ? Sample.namespaces : [],
      health: SourceHealth()
    )
  }

  /// Writes batches from a number on until it is killed, which is soon; each that is committed is
  /// written down.
  private static func write(to path: String, notes: String, from first: Int) throws {
    let writer = try RecordingWriter(
      RecordingDatabase.writing(path),
      RecordingWriter.Origin(host: "example", version: "0"),
      policy: SegmentPolicy(leastDeltas: 20),
      // Segments come, go and are merged.
      limits: RetentionLimits(size: 400_000)
    )
    let file = open(notes, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    let moment = UInt32.random(in: 0...40_000)
    Task.detached {
      usleep(moment)
      kill(getpid(), SIGKILL)
    }
    for number in first... {
      try writer.append(batch(number, isKeyframe: writer.needsKeyframe))
      let line = "\(number)\n"
      Glibc.write(file, line, line.utf8.count)
    }
  }

  @Test func `what was committed is there after a hundred kills`() async throws {
    let file = try TemporaryRecording()
    let (path, notes) = (file.path, file.path + "-notes")
    defer { unlink(notes) }
    var first = 1
    for round in 1...100 {
      // Later rounds are hours later, so that segments are thinned.
      first += round % 10 == 0 ? 5000 : 0
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [path = path as String, notes = notes as String, first = first as Int] in
        try KillTests.write(to: path, notes: notes, from: first)
      }
      let noted = Self.lastNumber(in: notes) ?? 0
      let queue = try DatabaseQueue(path: path)
      let check = try await queue.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") }
      #expect(check == "ok")
      try queue.close()
      var history = try file.history()
      if let last = try history.position(at: Timestamp(nanoseconds: .max)) {
        let batches = try history.batches(upTo: last)
        let time = batches.last?.batch.time ?? Sample.time(0)
        // One more may have been committed in this round than could be noted.
        #expect(time >= Sample.time(Double(noted)))
        #expect(time <= Sample.time(Double(max(noted + 1, first))))
        first = Int(time.seconds(since: Sample.time(0)).rounded()) + 1
      } else {
        #expect(noted == 0)
      }
    }
    #expect(first > 100)
    // All of it can be read.
    let times = try file.batches().map(\.time)
    #expect(times == times.sorted())
  }

  private static func lastNumber(in path: String) -> Int? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var last: Int?
    var line = [CChar](repeating: 0, count: 64)
    while fgets(&line, Int32(line.count), file) != nil {
      let digits = line.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }
      last = Int(String(decoding: digits, as: UTF8.self)) ?? last
    }
    return last
  }
}
