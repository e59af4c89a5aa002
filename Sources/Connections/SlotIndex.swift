/// Slots by the hashes of their keys, which are elsewhere: eight bytes a slot, at most ten with the
/// room that is left free.
///
/// Public for the sake of `SlotMap`.
public struct SlotIndex: Sendable {
  /// A slot and the hash of its key; 0 for a free place. Linear probing: an entry is at the place of
  /// its hash, or after it with no free place between.
  @usableFromInline
  var places: [UInt64] = []
  @usableFromInline
  var mask = 0
  /// How many slots there are.
  @usableFromInline
  var count = 0

  /// - Parameter room: for how many slots there is room from the start.
  @inlinable
  init(room: Int = 0) {
    if room > 0 { resize(to: room) }
  }

  /// The slot of a key with this hash.
  @inlinable
  func slot(hash: Int, where isMeant: (Int32) -> Bool) -> Int32? {
    place(hash, isMeant).map { Self.slot(places[$0]) }
  }

  /// Adds a slot whose key is new.
  @inlinable
  mutating func insert(_ slot: Int32, hash: Int) {
    if (count + 1) * 5 > places.count * 4 { resize(to: count * 2) }
    put(UInt64(UInt32(truncatingIfNeeded: hash)) << 32 | UInt64(UInt32(slot) + 1))
    count += 1
  }

  /// Takes out a slot, whose key has this hash.
  @inlinable
  mutating func remove(_ slot: Int32, hash: Int) {
    guard var gap = place(hash, { $0 == slot }) else { return }
    // What stands behind moves up, unless it is at or after its own place already.
    var next = (gap + 1) & mask
    while places[next] != 0 {
      let distance = (next - home(places[next])) & mask
      if distance >= (next - gap) & mask {
        places[gap] = places[next]
        gap = next
      }
      next = (next + 1) & mask
    }
    places[gap] = 0
    count -= 1
  }

  @inlinable
  func place(_ hash: Int, _ isMeant: (Int32) -> Bool) -> Int? {
    if places.isEmpty { return nil }
    let tag = UInt32(truncatingIfNeeded: hash)
    var place = Int(tag) & mask
    while places[place] != 0 {
      if UInt32(places[place] >> 32) == tag, isMeant(Self.slot(places[place])) { return place }
      place = (place + 1) & mask
    }
    return nil
  }

  @inlinable
  mutating func put(_ entry: UInt64) {
    var place = home(entry)
    while places[place] != 0 { place = (place + 1) & mask }
    places[place] = entry
  }

  /// Makes room for so many slots.
  @inlinable
  mutating func resize(to room: Int) {
    var capacity = 8
    while capacity * 4 < room * 5 { capacity *= 2 }
    let entries = places
    places = Array(repeating: 0, count: capacity)
    mask = capacity - 1
    for entry in entries where entry != 0 { put(entry) }
  }

  /// Where an entry stands if nothing is there.
  @inlinable
  func home(_ entry: UInt64) -> Int { Int(entry >> 32) & mask }

  @inlinable
  static func slot(_ entry: UInt64) -> Int32 {
    Int32(truncatingIfNeeded: UInt32(truncatingIfNeeded: entry) - 1)
  }
}
