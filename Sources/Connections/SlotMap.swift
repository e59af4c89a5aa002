/// A value of a `SlotMap`, which has its own key.
public protocol Slotted: Sendable {
  associatedtype Key: Hashable & Sendable
  /// `nil` for a value that has left and was emptied.
  var slotKey: Key? { get }
}

/// Values by their keys, each in a slot that it keeps until it leaves: a dictionary of large values
/// would be half empty at their size, and would have all keys a second time.
///
/// Public, as the compiler specializes inlinable code for the types of another module only where it
/// is public.
public struct SlotMap<Key, Value: Slotted>: Sendable where Value.Key == Key {
  public typealias Slot = Int32

  /// The value of each slot; a free one has a value that has left. Values are read and changed here,
  /// where they are: an optional one would be copied to be read, and a subscript of this type would
  /// allocate memory to change one. Only `insert` and `remove` fill and empty a slot.
  public var values: [Value] = []
  @usableFromInline
  var used: [Bool] = []
  @usableFromInline
  var index = SlotIndex()
  @usableFromInline
  var free: [Slot] = []
  /// Slots of values that have left, which no value takes before `releaseSlots`.
  @usableFromInline
  var held: [Slot] = []

  @inlinable
  public init() {}

  /// How many values there are.
  @inlinable
  public var count: Int { index.count }

  /// One more than the highest slot in use.
  @inlinable
  public var bound: Slot { Slot(values.count) }

  /// How many values there is room for without more memory.
  public var room: Int { values.capacity }

  @inlinable
  public func slot(of key: Key) -> Slot? {
    index.slot(hash: key.hashValue) { values[Int($0)].slotKey == key }
  }

  /// Whether a slot below `bound` has a value.
  @inlinable
  public func isUsed(_ slot: Slot) -> Bool { used[Int(slot)] }

  /// A copy of the value of a slot below `bound`; `nil` for a free one.
  @inlinable
  public func value(at slot: Slot) -> Value? { used[Int(slot)] ? values[Int(slot)] : nil }

  /// Adds a value whose key, its own, is new.
  @discardableResult
  @inlinable
  public mutating func insert(_ value: Value, for key: Key) -> Slot {
    let slot: Slot
    if let reused = free.popLast() {
      values[Int(reused)] = value
      used[Int(reused)] = true
      slot = reused
    } else {
      values.append(value)
      used.append(true)
      slot = Slot(values.count - 1)
    }
    index.insert(slot, hash: key.hashValue)
    return slot
  }

  /// - Parameters:
  ///   - holdsSlot: whether no value takes the slot before `releaseSlots`.
  ///   - empty: gives back what the value refers to, as it stays in its slot until another takes that.
  @discardableResult
  @inlinable
  public mutating func remove(
    _ key: Key,
    holdsSlot: Bool = false,
    empty: (inout Value) -> Void = { _ in }
  ) -> Value? {
    guard let slot = slot(of: key) else { return nil }
    index.remove(slot, hash: key.hashValue)
    if holdsSlot { held.append(slot) } else { free.append(slot) }
    used[Int(slot)] = false
    let value = values[Int(slot)]
    empty(&values[Int(slot)])
    return value
  }

  /// Lets new values take the slots that `remove` held.
  @inlinable
  public mutating func releaseSlots() {
    free += held
    held.removeAll(keepingCapacity: held.count < Self.leastRoom)
  }

  /// All values, in the order of their slots.
  @inlinable
  public var all: some Sequence<Value> {
    values.indices.lazy.filter { used[$0] }.map { values[$0] }
  }

  /// Gives memory back once far fewer values are left than there were. All change their slots.
  @inlinable
  public mutating func shrink() {
    guard isSparse else { return }
    var left: [Value] = []
    left.reserveCapacity(count * 2)
    for slot in values.indices where used[slot] { left.append(values[slot]) }
    (values, free, held) = (left, [], [])
    used = Array(repeating: true, count: left.count)
    reindex()
  }

  /// Gives memory back once far fewer values are left than there were. Values keep their slots: only
  /// free ones at the end go, so new values take the lowest.
  ///
  /// - Parameter isNeeded: whether a free slot has to stay.
  /// - Returns: whether `bound` is lower now.
  @inlinable
  public mutating func trim(keeping isNeeded: (Slot) -> Bool) -> Bool {
    if free.count > Self.leastRoom { free.sort(by: >) }
    guard isSparse else { return false }
    var end = bound
    while end > 0, !used[Int(end) - 1], !isNeeded(end - 1) { end -= 1 }
    guard Int(end) * 2 <= values.count else { return false }
    // Copies, as what is cut off an array keeps its memory.
    values = Array(values[..<Int(end)])
    used = Array(used[..<Int(end)])
    free = free.filter { $0 < end }
    held = held.filter { $0 < end }
    reindex()
    return true
  }

  @inlinable
  mutating func reindex() {
    index = SlotIndex(room: count)
    for slot in values.indices where used[slot] {
      guard let key = values[slot].slotKey else { continue }
      index.insert(Slot(slot), hash: key.hashValue)
    }
  }

  @usableFromInline
  var isSparse: Bool { values.count > Self.leastRoom && count * 4 < values.count }

  /// Below this many values nothing is given back.
  @usableFromInline
  static var leastRoom: Int { 4096 }
}
