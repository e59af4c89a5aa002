import Connections
import Samples
import Testing

@testable import Monitor

struct NumberIndexTests {
  @Test func isADictionary() {
    var generator = SeededGenerator(61)
    var index = NumberIndex<Address, Int>()
    var known: [Address: Int] = [:]
    for _ in 0..<5000 {
      let number = UInt64.random(in: 0..<800, using: &generator)
      let zone = ["eth0", "eth1", nil].randomElement(using: &generator) ?? nil
      let address =
        [
          Address(v4: UInt32(number) << 24), Address(high: number << 40, low: 1),
          Address(high: 0xfe80 << 48, low: number, zone: zone),
        ]
        .randomElement(using: &generator) ?? Address(v4: 0)
      #expect(index[address] == known[address])
      if known[address] != nil { continue }
      index.insert(known.count, for: address)
      known[address] = known.count
    }
    #expect(known.count > 2000)
  }
}
