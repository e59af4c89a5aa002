import Connections
import Testing

@testable import Tracer

@Suite struct InterfaceNamesTests {
  private final class Asked {
    var places: [InterfaceNames.Place] = []
  }

  @Test func `each device is asked for once in the life of its namespace`() {
    let asked = Asked()
    var names = InterfaceNames { place, _ in
      asked.places.append(place)
      return "eth\(place.index)"
    }
    let place = InterfaceNames.Place(netns: 7, index: 3)
    #expect(names.zone(InterfaceNames.Place(netns: 7, index: 0)) == nil)
    #expect(asked.places.isEmpty)
    for _ in 0..<2 { #expect(names.zone(place, cookie: 1) == "eth3") }
    // Who does not know which namespace that is takes the one that is known.
    #expect(names.zone(place) == "eth3")
    #expect(asked.places == [place])
    #expect(names.zone(InterfaceNames.Place(netns: 8, index: 3), cookie: 5) == "eth3")
    #expect(asked.places.count == 2)
    // Another namespace has the inode now.
    #expect(names.zone(place, cookie: 2) == "eth3")
    #expect(asked.places.count == 3)
  }

  @Test func `a device can be renamed, and keeps its last name when nobody can look`() {
    var name: String? = "eth0"
    var names = InterfaceNames { _, _ in name }
    let place = InterfaceNames.Place(netns: 7, index: 3)
    names.expire(at: Timestamp(nanoseconds: 1))
    #expect(names.zone(place) == "eth0")
    name = "lan0"
    names.expire(at: Timestamp(nanoseconds: 2))
    #expect(names.zone(place) == "eth0")
    names.expire(at: Timestamp(nanoseconds: 60_000_000_000))
    #expect(names.zone(place) == "lan0")
    name = nil
    names.expire(at: Timestamp(nanoseconds: 120_000_000_000))
    #expect(names.zone(place) == "lan0")
  }

  @Test(arguments: [nil, "\u{1b}[2J", "a%b", "caf\u{e9}"])
  func `a device without a fit name is told by its index`(name: String?) {
    var names = InterfaceNames { _, _ in name }
    #expect(names.zone(InterfaceNames.Place(netns: 7, index: 12)) == "12")
  }
}
