import Testing

@testable import Connections

struct SlotMapTests {
  /// What a value refers to.
  private final class Text: Sendable {}

  private struct Value: Slotted {
    let number: Int
    var text: Text?

    var slotKey: Int? { number }
  }

  @Test func aValueKeepsItsSlotUntilItLeaves() {
    var map = SlotMap<Int, Value>()
    for number in 0..<100 { map.insert(Value(number: number), for: number) }
    for number in stride(from: 0, to: 100, by: 2) { map.remove(number) }
    #expect(map.count == 50 && map.bound == 100)
    for number in 0..<100 {
      #expect(map.isUsed(Int32(number)) == (number % 2 == 1))
      #expect(map.value(at: Int32(number))?.number == (number % 2 == 1 ? number : nil))
      #expect(map.slot(of: number) == (number % 2 == 1 ? Int32(number) : nil))
    }
    #expect(map.all.map(\.number) == Array(stride(from: 1, to: 100, by: 2)))
  }

  /// Keys of which many have the same hash, and few others.
  private struct Crowded: Slotted, Hashable {
    let number: Int

    var slotKey: Crowded? { self }

    func hash(into hasher: inout Hasher) { hasher.combine(number % 16) }
  }

  @Test func keysOfTheSameHashAreToldApart() {
    var map = SlotMap<Crowded, Crowded>()
    var expected: [Int: Int32] = [:]
    // Added and removed in turn, in an order of its own.
    for step in 0..<2000 {
      let number = step * 7 % 211
      if let slot = expected.removeValue(forKey: number) {
        #expect(map.slot(of: Crowded(number: number)) == slot)
        #expect(map.remove(Crowded(number: number))?.number == number)
      } else {
        #expect(map.slot(of: Crowded(number: number)) == nil)
        expected[number] = map.insert(Crowded(number: number), for: Crowded(number: number))
      }
      #expect(map.count == expected.count)
    }
    for number in 0..<211 { #expect(map.slot(of: Crowded(number: number)) == expected[number]) }
  }

  @Test func aHeldSlotIsUsedAgainOnlyAfterItsRelease() {
    var map = SlotMap<Int, Value>()
    map.insert(Value(number: 1), for: 1)
    map.remove(1, holdsSlot: true)
    #expect(map.insert(Value(number: 2), for: 2) == 1)
    map.releaseSlots()
    #expect(map.insert(Value(number: 3), for: 3) == 0)
    #expect(map.value(at: 0)?.number == 3)
  }

  @Test func aRemovedValueGivesBackWhatItRefersTo() {
    var map = SlotMap<Int, Value>()
    weak var text: Text?
    do {
      let new = Text()
      text = new
      map.insert(Value(number: 1, text: new), for: 1)
    }
    #expect(text != nil)
    let removed = map.remove(1) { $0.text = nil }.map(\.number)
    #expect(removed == 1)
    #expect(text == nil)
  }

  @Test func memoryIsGivenBack() {
    var map = SlotMap<Int, Value>()
    for number in 0..<20_000 { map.insert(Value(number: number), for: number) }
    for number in 100..<20_000 { map.remove(number) }
    var other = map
    #expect(map.trim { _ in false })
    #expect(map.bound == 100 && map.room < 20_000)
    #expect(map.all.map(\.number) == Array(0..<100))
    other.shrink()
    #expect(other.bound == 100)
    #expect(other.all.map(\.number).sorted() == Array(0..<100))
    for number in 0..<100 {
      #expect(other.slot(of: number).flatMap { other.value(at: $0)?.number } == number)
    }
    #expect(map.insert(Value(number: 20_001), for: 20_001) == 100)
  }
}
