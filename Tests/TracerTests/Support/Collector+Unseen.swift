import Connections

@testable import Tracer

extension Collector.View {
  /// A kernel can keep programs from running where a packet interrupts what it guards. Ends that no
  /// program saw are found by the next pass, or counted as lost; of 100,000 they have to be fewer.
  static var mostUnseen: Int { 10 }

  /// How many of these ends no program saw, and those that are lost.
  func unseen(among ends: [Connection]) -> Int {
    Int(health.endsLost) + ends.count { $0.end?.reason == .unknown }
  }
}
