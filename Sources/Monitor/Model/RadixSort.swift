/// Sorting by numbers without comparisons: 100,000 of them take a few milliseconds.
enum RadixSort {
  /// A key of an element and where the element stands.
  struct Item {
    var key: UInt64
    let index: Int32
  }

  /// The bits of a digit: few passes, whose counts still fit into the first cache.
  private static let digitBits: UInt64 = 11
  private static let mask: UInt64 = 1 << digitBits - 1

  /// The indices below a count, by the last of their keys first.
  static func order(of count: Int, by keys: [(Int) -> UInt64]) -> [Item] {
    var items = (0..<count).map { Item(key: 0, index: Int32($0)) }
    var scratch = items
    for key in keys {
      for place in items.indices { items[place].key = key(Int(items[place].index)) }
      sort(&items, scratch: &scratch)
    }
    return items
  }

  /// Sorts by ascending keys and leaves the order of equal ones as it is.
  ///
  /// - Parameter scratch: as many items, of any value.
  static func sort(_ items: inout [Item], scratch: inout [Item]) {
    var all: UInt64 = 0
    var common: UInt64 = .max
    var last: UInt64 = 0
    var isSorted = true
    for item in items {
      all |= item.key
      common &= item.key
      if item.key < last { isSorted = false }
      last = item.key
    }
    // As numbers given in the order of arrival often are.
    if isSorted { return }
    // Bits that are the same in all keys need no pass, and those are most.
    var varying = all ^ common
    var shift: UInt64 = 0
    while varying != 0 {
      let same = UInt64(varying.trailingZeroBitCount)
      shift += same
      pass(items, into: &scratch, shift: shift)
      swap(&items, &scratch)
      varying = (varying >> same) >> digitBits
      shift += digitBits
    }
  }

  private static func pass(_ items: [Item], into sorted: inout [Item], shift: UInt64) {
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: Int(mask) + 1) { places in
      places.initialize(repeating: 0)
      items.withUnsafeBufferPointer { items in
        sorted.withUnsafeMutableBufferPointer { sorted in
          for item in items { places[Int(item.key >> shift & mask)] += 1 }
          var start: Int32 = 0
          for digit in places.indices {
            let count = places[digit]
            places[digit] = start
            start += count
          }
          for item in items {
            let digit = Int(item.key >> shift & mask)
            sorted[Int(places[digit])] = item
            places[digit] += 1
          }
        }
      }
    }
  }
}
