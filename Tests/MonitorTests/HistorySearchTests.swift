import Connections
import Samples
import Testing

@testable import Monitor

struct HistorySearchTests {
  /// Of 30 seconds, with a connection that is refused at seconds 4, 17 and 25.
  private static let batches = (0..<30).map { second -> Batch in
    let cookie = UInt64(second + 1)
    let failed = Sample.connection(cookie, state: .closed, closed: (Double(second), .refused))
    return Sample.batch(Double(second), [4, 17, 25].contains(second) ? [.ended(failed)] : [])
  }

  private func hit(
    _ direction: TimeDirection,
    of second: Int,
    _ keyframes: [Int],
    _ text: String = "reason=refused"
  ) async throws -> Int? {
    let history = SampleHistory(Self.batches, keyframes: keyframes)
    let search = HistorySearch(history, try Filter(parsing: text))
    let hit = try await search.hit(direction, of: SampleHistory.position(second))
    #expect(hit.map { $0.connection == Sample.id(UInt64($0.position / 10)) } != false)
    return hit.map { Int($0.position / 10) - 1 }
  }

  @Test(arguments: [[], [10, 20], [4, 17, 25], [5, 18, 26], Array(1..<30)])
  func itFindsTheNearestOnBothSides(_ keyframes: [Int]) async throws {
    for second in 0..<30 {
      let after = [4, 17, 25].first { $0 > second }
      // The first batch of a segment is known by the one before.
      let before = [4, 17, 25].last { $0 < second }
      #expect(try await hit(.forward, of: second, keyframes) == after, "from \(second)")
      #expect(try await hit(.backward, of: second, keyframes) == before, "from \(second)")
    }
  }

  @Test func whatMatchesAllTheTimeDoesNotBeginTo() async throws {
    let old = Sample.connection(1, owner: Sample.owner(7, "nginx"))
    // A keyframe has it again.
    let batches = (0..<10).map { second in
      Sample.batch(Double(second), second % 5 == 0 ? [.upsert(old)] : [])
    }
    let history = SampleHistory(batches, keyframes: [5])
    let search = HistorySearch(history, try Filter(parsing: "nginx"))
    #expect(try await search.hit(.forward, of: SampleHistory.position(0)) == nil)
    #expect(try await search.hit(.backward, of: SampleHistory.position(9)) == nil)
  }

  @Test func anEmptyHistoryHasNothing() async throws {
    let search = HistorySearch(SampleHistory([]), Filter())
    for direction in TimeDirection.allCases {
      #expect(try await search.hit(direction, of: 10) == nil)
    }
  }

  @Test(arguments: TimeDirection.allCases)
  func itEndsWhenItIsCancelled(_ direction: TimeDirection) async throws {
    let history = SampleHistory(Self.batches, keyframes: Array(1..<30))
    let search = HistorySearch(history, try Filter(parsing: "nothing-has-this"))
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await search.hit(direction, of: SampleHistory.position(15))
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test func itTellsHowFarItIs() async throws {
    let batches = (0..<1000).map { Sample.batch(Double($0)) }
    let search = HistorySearch(SampleHistory(batches), try Filter(parsing: "nginx"))
    let (moments, continuation) = AsyncStream.makeStream(of: Timestamp.self)
    let hit = try await search.hit(.forward, of: SampleHistory.position(0)) {
      continuation.yield($0)
    }
    #expect(hit == nil)
    continuation.finish()
    var told: [Timestamp] = []
    for await moment in moments { told.append(moment) }
    #expect(told.count == 3)
    #expect(told == told.sorted())
  }

  @Test func theLeadHasWhatPrecedesAKeyframe() async throws {
    let batches = (0..<100).map { Sample.batch(Double($0)) }
    let history = SampleHistory(batches, keyframes: [40, 80, 95])
    func seconds(_ second: Int, _ wanted: Double = 30) async throws -> [Int64] {
      try await history.lead(upTo: SampleHistory.position(second), seconds: wanted)
        .map { $0.position / 10 - 1 }
    }
    #expect(try await seconds(79) == Array(40...79))
    #expect(try await seconds(80) == Array(40...80))
    #expect(try await seconds(96) == Array(40...96))
    #expect(try await seconds(5) == Array(0...5))
    #expect(try await seconds(96, 90) == Array(0...96))
  }

  @Test func theLeadEndsWhereTheHostStartedAgain() async throws {
    let batches = (0..<10).map { second in
      Batch(
        boot: second < 6 ? "a" : "b",
        time: Sample.time(Double(second)),
        deltas: [],
        namespaces: [],
        health: SourceHealth()
      )
    }
    let history = SampleHistory(batches, keyframes: [3, 6, 8])
    let lead = try await history.lead(upTo: SampleHistory.position(9))
    #expect(lead.map { $0.position / 10 - 1 } == Array(6...9))
  }
}
