import Connections
import Foundation
import Samples
import Testing

@testable import Monitor
@testable import Screens

struct AverageTests {
  private struct Sampled {
    var average = RateAverage()
    var samples: [(bytes: UInt64, seconds: Double, time: Double)] = []

    mutating func add(_ bytes: UInt64, over seconds: Double, at time: Double, halfLife: Double) {
      average.add(received: bytes, sent: 0, over: seconds, at: time, halfLife: halfLife)
      samples.append((bytes, seconds, time))
    }

    /// By its definition: each sample counts half for each half-life that it is old.
    func value(at time: Double, halfLife: Double) -> Double {
      samples.reduce(0) { sum, sample in
        let weight = (1 - exp2(-sample.seconds / halfLife)) / sample.seconds
        return sum + Double(sample.bytes) * weight * exp2(-(time - sample.time) / halfLife)
      }
    }

    func rank(halfLife: Double) -> Double { average.rank({ $0.received }, halfLife: halfLife) }
  }

  @Test(arguments: [0.5, 3, 60])
  func theRankOrdersAsTheDecayedAveragesDoAtAnyLaterTime(_ halfLife: Double) {
    var generator = SeededGenerator(UInt64(halfLife * 10))
    var compared = 0
    for _ in 0..<200 {
      var (one, other) = (Sampled(), Sampled())
      var time = 0.0
      for _ in 0..<Int.random(in: 1...30, using: &generator) {
        let seconds = Double.random(in: 0.1...5, using: &generator)
        time += seconds
        for _ in 0..<2 {
          let bytes = UInt64(exp2(Double.random(in: 0...40, using: &generator)))
          switch Int.random(in: 0..<3, using: &generator) {
          case 0: one.add(bytes, over: seconds, at: time, halfLife: halfLife)
          case 1: other.add(bytes, over: seconds, at: time, halfLife: halfLife)
          default: break
          }
        }
      }
      let ranks = (one.rank(halfLife: halfLife), other.rank(halfLife: halfLife))
      for later in [time, time + 1, time + halfLife * 20] {
        let values = (
          one.value(at: later, halfLife: halfLife), other.value(at: later, halfLife: halfLife)
        )
        // Values that differ by less than single precision may come in either order.
        guard abs(values.0 - values.1) > 1e-4 * max(values.0, values.1) else { continue }
        compared += 1
        #expect((ranks.0 < ranks.1) == (values.0 < values.1))
      }
    }
    #expect(compared > 400)
  }

  @Test func addingInPiecesIsAddingAtOnce() {
    var (pieces, whole) = (RateAverage(), RateAverage())
    for part: UInt64 in [100, 20, 3000] {
      pieces.add(received: part, sent: 7, over: 2, at: 2, halfLife: 3)
    }
    whole.add(received: 3120, sent: 21, over: 2, at: 2, halfLife: 3)
    #expect(abs(pieces.received - whole.received) < 1e-3 * whole.received)
    #expect(abs(pieces.sent - whole.sent) < 1e-3 * whole.sent)
  }

  @Test func aSteadyRateIsItsAverage() {
    var average = RateAverage()
    for second in 1...100 {
      average.add(received: 5000, sent: 0, over: 1, at: Double(second), halfLife: 3)
    }
    #expect(abs(average.received - 5000) < 1)
    #expect(average.sent == 0)
  }

  @Test func aSumIsTheSameWhicheverComesFirst() {
    var (early, late) = (RateAverage(), RateAverage())
    early.add(received: 8000, sent: 80, over: 1, at: 10, halfLife: 3)
    late.add(received: 1000, sent: 10, over: 1, at: 16, halfLife: 3)
    var (one, other) = (early, late)
    one.add(late, halfLife: 3)
    other.add(early, halfLife: 3)
    #expect(one == other)
    // Two half-lives take three quarters of the older one away.
    #expect(abs(one.received - (late.received + early.received / 4)) < 0.01)
  }

  @Test func nothingIsTheLeast() {
    var least = RateAverage()
    least.add(received: 1, sent: 0, over: 3600, at: 0, halfLife: 3600)
    #expect(least.rank({ $0.received }, halfLife: 3600) > 0)
    #expect(RateAverage().rank({ $0.received }, halfLife: 3600) == 0)
  }

  @Test(arguments: [ViewKind.connections, .processes, .hosts])
  func nothingMovesWithoutSamples(_ kind: ViewKind) {
    var generator = SeededGenerator(5)
    var state = ScreenState(host: "example")
    state.type("\(kind.number)")
    let connections = (1...60).map { cookie in
      Sample.connection(
        UInt64(cookie),
        remote: Sample.endpoint("192.0.2.\(cookie % 20)", 443),
        owner: Sample.owner(Int32(cookie % 15 + 1), "p")
      )
    }
    state.apply(Sample.batch(0, connections.map { .upsert($0) }))
    var orders: Set<[UInt64]> = []
    var bytes = [UInt64](repeating: 0, count: 61)
    for second in 1...20 {
      var deltas: [Delta] = []
      for cookie in 1...60 where Int.random(in: 0..<3, using: &generator) > 0 {
        bytes[cookie] += UInt64(exp2(Double.random(in: 0...30, using: &generator)))
        deltas.append(
          .counters(Sample.id(UInt64(cookie)), .established, Counters(bytesReceived: bytes[cookie]))
        )
      }
      state.apply(Sample.batch(Double(second), deltas))
      orders.insert(state.cookies)
    }
    #expect(orders.count > 10, "samples do move rows")
    let order = state.cookies
    for second in [21.0, 22, 60, 300, 600, 1200, 3600, 86_400] {
      state.apply(Sample.batch(second))
      #expect(state.cookies == order, "after \(second) s")
    }
  }
}
