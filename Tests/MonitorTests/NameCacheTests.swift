import Connections
import Testing

@testable import Monitor

struct NameCacheTests {
  private func address(_ number: Int) -> Address { Address(v4: 0xc000_0200 + UInt32(number)) }

  private func addresses(_ numbers: Range<Int>) -> [Address] { numbers.map(address) }

  private func due(_ cache: inout NameCache) -> [Address] {
    var due: [Address] = []
    while let address = cache.next() { due.append(address) }
    return due
  }

  @Test func asksForNothingUnlessSomebodyWantsIt() {
    var cache = NameCache()
    #expect(cache.next() == nil && cache.isIdle)
    cache.want([Address(v4: 0)], at: 0)
    #expect(cache.next() == nil, "an unspecified address has no name")
  }

  @Test func asksForFewAtOnceAndEachOnce() {
    var cache = NameCache()
    cache.want(addresses(0..<10) + addresses(0..<10), at: 0)
    #expect(due(&cache) == addresses(0..<4))
    cache.want(addresses(0..<10), at: 1)
    #expect(due(&cache) == [])
    cache.finish(address(2), "two", at: 2)
    #expect(due(&cache) == [address(4)])
    #expect(cache.names.name(of: address(2)) == "two")
    #expect(cache.names.name(of: address(1)) == nil)
  }

  @Test func whatLeftTheScreenWaitsNoMore() {
    var cache = NameCache()
    cache.want(addresses(0..<100), at: 0)
    _ = due(&cache)
    cache.want(addresses(200..<201), at: 1)
    cache.finish(address(0), nil, at: 1)
    #expect(due(&cache) == [address(200)])
    for number in [1, 2, 3, 200] { cache.finish(address(number), nil, at: 2) }
    #expect(cache.isIdle)
  }

  @Test func waitingIsBounded() {
    var limits = NameCache.Limits()
    limits.waiting = 8
    var cache = NameCache(limits: limits)
    cache.want(addresses(0..<100), at: 0)
    var count = 0
    while let address = cache.next() {
      cache.finish(address, nil, at: 0)
      count += 1
    }
    #expect(count == 8)
  }

  @Test(arguments: [("name", 600.0), (nil, 60.0)])
  func answersHoldForTheirTime(_ name: String?, _ seconds: Double) {
    var cache = NameCache()
    cache.want([address(1)], at: 0)
    #expect(due(&cache) == [address(1)])
    cache.finish(address(1), name, at: 10)
    cache.want([address(1)], at: 9.9 + seconds)
    #expect(due(&cache) == [])
    cache.want([address(1)], at: 10 + seconds)
    #expect(due(&cache) == [address(1)])
    #expect(cache.names.name(of: address(1)) == name, "the old name stays meanwhile")
    cache.finish(address(1), "other", at: 11 + seconds)
    #expect(cache.names.name(of: address(1)) == "other")
  }

  @Test func answersAreBoundedAndTheUsefulOnesStay() {
    var limits = NameCache.Limits()
    limits.answers = 10
    var cache = NameCache(limits: limits)
    for number in 0..<100 {
      cache.want([address(number), address(0)], at: Double(number))
      for address in due(&cache) { cache.finish(address, "\(address)", at: Double(number)) }
    }
    let known = (0..<100).filter { cache.names.name(of: address($0)) != nil }
    #expect(known.count <= 10)
    #expect(known.contains(0) && known.contains(99))
  }
}
