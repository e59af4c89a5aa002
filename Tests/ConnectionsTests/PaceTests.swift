import Testing

@testable import Connections

@Suite struct PaceTests {
  private let clock = ContinuousClock()

  @Test func `an interval after the last one`() async throws {
    let pace = Pace(interval: .milliseconds(20))
    let last = clock.now
    let due = try await pace.next(after: last)
    #expect(due == last + .milliseconds(20))
    #expect(clock.now >= due)
  }

  /// It would take an hour otherwise.
  @Test func `a shorter interval holds at once`() async throws {
    let pace = Pace(interval: .seconds(3600))
    let last = clock.now
    async let next = pace.next(after: last)
    await Task.yield()
    pace.setInterval(.milliseconds(5))
    #expect(try await next == last + .milliseconds(5))
    #expect(pace.interval == .milliseconds(5))
  }

  @Test func `a longer interval holds at once`() async throws {
    let pace = Pace(interval: .milliseconds(200))
    let last = clock.now
    async let next = pace.next(after: last)
    for milliseconds in stride(from: 210, through: 300, by: 10) {
      pace.setInterval(.milliseconds(milliseconds))
      await Task.yield()
    }
    let due = try await next
    #expect(due > last + .milliseconds(200))
    #expect(clock.now >= due)
  }

  @Test func `a task that is cancelled`() async {
    let pace = Pace(interval: .seconds(3600))
    let last = clock.now
    let task = Task { try await pace.next(after: last) }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
