import Connections
import Samples
import Testing

@testable import Monitor

struct RadixSortTests {
  private func sorted(_ keys: [UInt64]) -> [Int32] {
    var items = keys.enumerated().map { RadixSort.Item(key: $1, index: Int32($0)) }
    var scratch = items
    RadixSort.sort(&items, scratch: &scratch)
    #expect(items.map(\.key) == items.map { keys[Int($0.index)] })
    return items.map(\.index)
  }

  /// By key, and by place where keys are the same.
  private func expected(_ keys: [UInt64]) -> [Int32] {
    keys.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }.map { Int32($0) }
  }

  @Test(
    arguments: [
      [], [7], [2, 1], [1, 2], [5, 5, 5], [.max, 0, .max, 0], [1 << 63, 1, 1 << 32, 1 << 8, 0],
      [256, 255, 1, 0, 257, 65_536, 65_535],
    ] as [[UInt64]]
  )
  func sortsFew(_ keys: [UInt64]) {
    #expect(sorted(keys) == expected(keys))
  }

  @Test func keepsTheOrderOfEqualKeysWhereverTheyDiffer() {
    var generator = SeededGenerator(1)
    for bits in [1, 3, 8, 9, 16, 33, 64] {
      for shift in [0, 7, 30, 56] where shift + bits <= 64 {
        let limit = bits == 64 ? UInt64.max : (1 << UInt64(bits)) - 1
        let keys = (0..<700).map { _ in
          UInt64.random(in: 0...limit, using: &generator) << UInt64(shift)
        }
        #expect(sorted(keys) == expected(keys), "\(bits) bits from \(shift)")
      }
    }
  }

  /// So many rows are ordered by their numbers first, not by comparing them.
  @Test(arguments: Column.sortable.map(\.id))
  func ordersManyRowsAsAPlainSortDoes(_ column: Column.ID) {
    var batches = RandomBatches(77)
    var model = Model(View(.connections), retention: .sample, halfLife: 3)
    while model.count < 1500 { model.apply(batches.next(deltas: 400)) }
    let value = Column.with(column).sort
    for isDescending in [true, false] {
      model.view.sort = SortOrder(column, isDescending: isDescending)
      let rows = (0..<model.count).compactMap { model.row(at: $0) }
      for (lhs, rhs) in zip(rows, rows.dropFirst()) {
        let left = lhs.read { value($0, model.table) }
        let right = rhs.read { value($0, model.table) }
        if left == right {
          #expect(lhs.id < rhs.id)
        } else if left == .absent || right == .absent {
          #expect(right == .absent)
        } else {
          #expect(isDescending ? right < left : left < right)
        }
      }
    }
  }
}
