import Connections

/// The numbers of groups that were found in one pass over the rows: many rows are of the same group,
/// and to find it by its key takes its time.
struct KnownGroups {
  private let kind: Row.Kind
  /// By owner, the one that stands for none first; -1 for one that was not met yet.
  private var ofOwners: [Int32]
  private var ofNamespaces = NumberIndex<UInt32, Int32>()
  private var ofAddresses = NumberIndex<Address, Int32>()

  init(_ kind: Row.Kind, _ owners: OwnerTable) {
    self.kind = kind
    ofOwners = Array(repeating: -1, count: kind == .process ? owners.bound + 1 : 0)
  }

  /// The number of a row's group; `nil` if no row of it was met yet.
  func number(of facts: RowFacts, _ row: RowPointer) -> Int32? {
    switch kind {
    case .host: return ofAddresses[row.pointee.remote.address]
    case .namespace: return ofNamespaces[facts.netns]
    case .process, .connection:
      let number = ofOwners[Int(facts.owner - OwnerTable.none)]
      return number < 0 ? nil : number
    }
  }

  /// Notes the number of a row's group, the first time that one of it is met.
  mutating func note(_ number: Int32, of facts: RowFacts, _ row: RowPointer) {
    switch kind {
    case .host: ofAddresses.insert(number, for: row.pointee.remote.address)
    case .namespace: ofNamespaces.insert(number, for: facts.netns)
    case .process, .connection: ofOwners[Int(facts.owner - OwnerTable.none)] = number
    }
  }
}
