import Connections
import Recording
import Samples
import Testing

/// The last minutes in memory.
struct RecentHistoryTests {
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
