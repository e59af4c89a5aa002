import Connections
import Monitor
import Testing

@testable import nettop

@Suite struct PastOptionsTests {
  /// A recording from 12:00 to 13:00, local time.
  private let noon = Timestamp(
    nanoseconds: (20_000 * 86_400 + 43_200 - Int64(Host.utcOffset)) * 1_000_000_000
  )

  private func minutes(_ text: String) throws -> Double {
    let coverage = [noon...noon.shifted(by: 3_600_000_000_000)]
    return try Moment(parsing: text).resolved(in: coverage).seconds(since: noon) / 60
  }

  @Test func `a time of day is in the recording, or the nearest to it`() throws {
    #expect(try minutes("12:30") == 30)
    #expect(try minutes("13:30") == 90)
    #expect(try minutes("11:30") == -30)
    #expect(try minutes("-10m") == 50)
  }
}
