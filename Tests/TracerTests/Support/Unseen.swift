import Testing

@testable import Tracer

extension Collector.View {
  /// How many of these ends no program saw, and those that are lost.
  func unseen(among ends: [Connection]) -> Int {
    Int(health.recordsLost) + ends.count { $0.end?.reason == .unknown }
  }
}

extension Lab {
  /// Runs a test of many connections, which gives the number of ends that no program saw.
  ///
  /// A kernel can keep programs from running where a packet interrupts what it guards, once in a
  /// while for as long as the task waits for its CPU. Such ends are found by the next pass, or
  /// counted as lost; they have to be fewer than 10. What is ours to lose is lost every time: the
  /// second attempt has to hold.
  static func withFewUnseen(_ body: (Lab) async throws -> Int) async throws {
    var unseen = try await Lab.with(body)
    if unseen >= 10 { unseen = try await Lab.with(body) }
    #expect(unseen < 10)
  }
}
