/// Owners, each stored once however many connections it has. A slot number identifies one.
package struct OwnerTable: Sendable {
  /// Where an owner is held, or `none`.
  package typealias Slot = Int32

  /// Stands for no owner.
  package static let none: Slot = -1
  /// Stands for several owners, in a row of several connections.
  package static let several: Slot = -2

  /// An owner, and how many connections have it.
  private struct Held: Slotted {
    /// `nil` in a free slot.
    var owner: Owner?
    var uses: Int

    var slotKey: Owner? { owner }
  }

  private var held = SlotMap<Owner, Held>()

  package init() {}

  /// One more than the highest slot in use.
  package var bound: Int { Int(held.bound) }

  package subscript(slot: Slot) -> Owner? {
    slot >= 0 && held.isUsed(slot) ? held.values[Int(slot)].owner : nil
  }

  /// The process of an owner; `nil` if none is known.
  package func process(of slot: Slot) -> Process.ID? {
    slot >= 0 && held.isUsed(slot) ? held.values[Int(slot)].owner?.process.id : nil
  }

  /// Whether two owners are of the same process, or none is known of either.
  package func isSameProcess(_ one: Slot, _ other: Slot) -> Bool {
    one == other || process(of: one) == process(of: other)
  }

  /// Adds an owner, or one more connection to one that is there.
  package mutating func retain(_ owner: Owner?) -> Slot {
    guard let owner else { return Self.none }
    // A process that has executed another program gets a slot of its own: what is written in a row
    // changes with that row only.
    if let slot = held.slot(of: owner) {
      keep(slot)
      return slot
    }
    return held.insert(Held(owner: owner, uses: 1), for: owner)
  }

  /// Counts one more connection of an owner.
  package mutating func keep(_ slot: Slot) {
    if slot >= 0 { held.values[Int(slot)].uses += 1 }
  }

  /// Counts one connection less, and removes an owner with its last one.
  package mutating func release(_ slot: Slot) {
    guard slot >= 0 else { return }
    held.values[Int(slot)].uses -= 1
    if held.values[Int(slot)].uses == 0, let last = held.values[Int(slot)].owner {
      held.remove(last) { $0.owner = nil }
    }
  }

  /// Gives memory back once far fewer owners are left than there were. They keep their slots.
  package mutating func shrink() {
    _ = held.trim { _ in false }
  }
}
