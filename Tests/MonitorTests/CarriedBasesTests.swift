import Connections
import Samples
import Testing

@testable import Monitor

struct CarriedBasesTests {
  /// Figures of all sizes, most of them small.
  private static func growth(_ random: inout SeededGenerator) -> Growth {
    var growth = Growth()
    func figure(_ bits: UInt64) -> UInt64 { random.next() >> (64 - bits) }
    growth.bytesSent = figure(.random(in: 1...64, using: &random))
    growth.bytesReceived = figure(40)
    growth.packetsSent = figure(.random(in: 1...34, using: &random))
    growth.packetsReceived = figure(20)
    growth.retransmits = figure(8)
    if figure(3) == 0 { growth.drops = figure(5) }
    if figure(3) == 0 { growth.accepted = figure(5) }
    return growth
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func areThoseOfADictionary(_ seed: UInt64) {
    var random = SeededGenerator(seed)
    var (bases, plain) = (CarriedBases(), [Int32: Growth]())
    for round in 0..<30_000 {
      // Many slots, then few of them.
      let bound: Int32 = round < 20_000 ? 9000 : 300
      let slot = Int32.random(in: 0..<bound, using: &random)
      if Int.random(in: 0..<4, using: &random) > 0 {
        let growth = Self.growth(&random)
        bases.insert(growth, for: slot)
        plain[slot] = growth
      } else {
        bases.remove(slot)
        plain[slot] = nil
      }
      if round == 20_000 {
        for slot in bound..<9000 {
          bases.remove(slot)
          plain[slot] = nil
        }
      }
      if round % 100 == 0 { bases.shrink(bound) }
      #expect(bases[slot] == plain[slot])
      #expect(bases.count == plain.count)
    }
    for slot in Int32(0)..<9100 { #expect(bases[slot] == plain[slot]) }
    #expect(bases.room < 2000)
  }

  @Test func thatOfARowStaysWhenOthersLeave() {
    var model = Model(View(.processes), halfLife: 3)
    let old = (1...6000).map { Sample.connection($0, counters: Counters(bytesSent: $0 * 10)) }
    model.apply(Sample.batch(0, old.map { .upsert($0) }))
    // All carry more, and all but a few end.
    let more = old.map { Delta.counters($0.id, .established, Counters(bytesSent: 100_000)) }
    model.apply(Sample.batch(1, more))
    #expect(model.table.bases.count == 6000)
    let ends = old.dropFirst(9).map { connection in
      var connection = connection
      connection.end = Connection.End(at: Sample.time(2), reason: .fin)
      connection.counters = Counters(bytesSent: 100_000)
      return Delta.ended(connection)
    }
    model.apply(Sample.batch(2, ends))
    for time in [200, 400, 600] { model.apply(Sample.batch(Double(time))) }
    let sent = (1...6000).reduce(UInt64(0)) { $0 + 100_000 - UInt64($1) * 10 }
    #expect(model.row(at: 0)?.counters.bytesSent == sent)
  }
}
