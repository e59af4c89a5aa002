package import Connections

/// Owners, each stored once however many connections it has. A slot number identifies one.
package struct OwnerTable: Sendable {
  /// Where an owner is held, or `none`.
  package typealias Slot = Int32

  /// Stands for no owner.
  package static let none: Slot = -1
  /// Stands for several owners, in a row of several connections.
  package static let several: Slot = -2

  private var owners: [Owner?] = []
  private var uses: [Int] = []
  private var free: [Slot] = []
  private var slots: [Owner: Slot] = [:]

  /// One more than the highest slot in use.
  var bound: Int { owners.count }

  package subscript(slot: Slot) -> Owner? {
    slot >= 0 ? owners[Int(slot)] : nil
  }

  /// Takes an owner in, for one more connection.
  mutating func retain(_ owner: Owner?) -> Slot {
    guard let owner else { return Self.none }
    // A process that has executed another program gets a slot of its own: what is written in a row
    // changes with that row only.
    if let slot = slots[owner] {
      uses[Int(slot)] += 1
      return slot
    }
    let slot = place(owner)
    slots[owner] = slot
    return slot
  }

  /// Holds an owner once more.
  mutating func keep(_ slot: Slot) {
    if slot >= 0 { uses[Int(slot)] += 1 }
  }

  /// Lets an owner go for one connection, and altogether with the last.
  mutating func release(_ slot: Slot) {
    guard slot >= 0 else { return }
    uses[Int(slot)] -= 1
    guard uses[Int(slot)] == 0 else { return }
    if let owner = owners[Int(slot)] { slots[owner] = nil }
    owners[Int(slot)] = nil
    free.append(slot)
  }

  private mutating func place(_ owner: Owner) -> Slot {
    if let slot = free.popLast() {
      owners[Int(slot)] = owner
      uses[Int(slot)] = 1
      return slot
    }
    owners.append(owner)
    uses.append(1)
    return Slot(owners.count - 1)
  }
}
