/// Values by their keys, each in a slot that it keeps until it leaves: a dictionary of large values
/// would be half empty at their size.
package struct SlotMap<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  package typealias Slot = Int32

  @usableFromInline
  package var values: [Value?] = []
  @usableFromInline
  package var slots: [Key: Slot] = [:]
  @usableFromInline
  package var free: [Slot] = []

  @inlinable
  package init() {}

  /// How many values there are.
  @inlinable
  package var count: Int { slots.count }

  /// One more than the highest slot in use.
  @inlinable
  package var bound: Slot { Slot(values.count) }

  /// How many values there is room for without more memory.
  package var room: Int { values.capacity }

  @inlinable
  package func slot(of key: Key) -> Slot? { slots[key] }

  /// The value of a slot, `nil` for a free one. Only values that are there are to be changed.
  @inlinable
  package subscript(slot: Slot) -> Value? {
    _read { yield values[Int(slot)] }
    _modify { yield &values[Int(slot)] }
  }

  /// Takes in a value whose key is new.
  @discardableResult
  @inlinable
  package mutating func insert(_ value: Value, for key: Key) -> Slot {
    let slot: Slot
    if let reused = free.popLast() {
      values[Int(reused)] = value
      slot = reused
    } else {
      values.append(value)
      slot = Slot(values.count - 1)
    }
    slots[key] = slot
    return slot
  }

  @discardableResult
  @inlinable
  package mutating func remove(_ key: Key) -> Value? {
    guard let slot = slots.removeValue(forKey: key) else { return nil }
    free.append(slot)
    return values[Int(slot)].take()
  }

  /// Each value that there is.
  @inlinable
  package var all: some Sequence<Value> { values.lazy.compactMap(\.self) }

  /// Gives memory back once far fewer values are left than there were. All change their slots.
  package mutating func shrink() {
    guard values.count > Self.leastRoom, slots.count * 4 < values.count else { return }
    var left: [Value?] = []
    left.reserveCapacity(slots.count * 2)
    var moved: [Key: Slot] = [:]
    moved.reserveCapacity(slots.count * 2)
    for (key, slot) in slots {
      moved[key] = Slot(left.count)
      left.append(values[Int(slot)])
    }
    (values, slots, free) = (left, moved, [])
  }

  /// Below this many nothing is given back.
  private static var leastRoom: Int { 4096 }
}
