import Connections

/// A key of few bits, which takes less time to hash than a call of `Hasher` does.
protocol NumberKey: Equatable {
  /// Differ for different keys, but for a few.
  var words: (UInt64, UInt64) { get }
}

extension UInt32: NumberKey {
  var words: (UInt64, UInt64) { (UInt64(self), 0) }
}

extension Address: NumberKey {
  var words: (UInt64, UInt64) { (high, low) }
}

/// Values by keys that 100,000 rows have, found in a few nanoseconds each. None is removed.
struct NumberIndex<Key: NumberKey, Value> {
  private static var leastRoom: Int { 64 }

  private var entries: [(key: Key, value: Value)] = []
  /// Indices of `entries` by the hash of their keys, or the next free place; -1 for none. At most
  /// half of them are in use, and there are as many as a power of two.
  private var places: [Int32]
  /// Whoever chooses keys, as remote hosts do, does not know which hashes are alike.
  private let seeds = (UInt64.random(in: 0...UInt64.max), UInt64.random(in: 0...UInt64.max))

  init() {
    places = Array(repeating: -1, count: Self.leastRoom)
  }

  /// The value of a key, `nil` if it has none.
  subscript(key: Key) -> Value? {
    let place = places[place(of: key)]
    return place >= 0 ? entries[Int(place)].value : nil
  }

  /// Gives a key that has none its value.
  mutating func insert(_ value: Value, for key: Key) {
    places[place(of: key)] = Int32(entries.count)
    entries.append((key, value))
    if entries.count * 2 > places.count { grow() }
  }

  /// Where a key is, or where it goes.
  private func place(of key: Key) -> Int {
    let words = key.words
    let product = (words.0 ^ seeds.0).multipliedFullWidth(by: words.1 ^ seeds.1)
    let mask = places.count - 1
    var place = Int(truncatingIfNeeded: product.high ^ product.low) & mask
    while places[place] >= 0, entries[Int(places[place])].key != key { place = (place + 1) & mask }
    return place
  }

  private mutating func grow() {
    places = Array(repeating: -1, count: places.count * 2)
    for index in entries.indices { places[place(of: entries[index].key)] = Int32(index) }
  }
}
