import Tracer

/// Finds the group of each row; groups are numbered from 0 as they come up.
struct Grouper {
  private let kind: Row.Kind
  private let table: ConnectionTable
  private(set) var count = 0

  private var ofOwner: [Int32]
  private var ofProcess: [Process.ID?: Int] = [:]
  private var ofHost: [Address: Int] = [:]
  private var ofNamespace: [UInt32: Int] = [:]

  init(_ kind: Row.Kind, _ table: ConnectionTable) {
    self.kind = kind
    self.table = table
    ofOwner = kind == .process ? Array(repeating: -1, count: table.owners.bound) : []
  }

  mutating func group(of row: Row) -> Int {
    switch kind {
    case .host: return Self.number(row.remote.address, in: &ofHost, &count)
    case .namespace: return Self.number(row.netns, in: &ofNamespace, &count)
    case .process, .connection: return processGroup(row.owner)
    }
  }

  /// A process has an owner for each way in which it is known.
  private mutating func processGroup(_ owner: OwnerTable.Slot) -> Int {
    if owner >= 0, ofOwner[Int(owner)] >= 0 { return Int(ofOwner[Int(owner)]) }
    let number = Self.number(table.owners[owner]?.process.id, in: &ofProcess, &count)
    if owner >= 0 { ofOwner[Int(owner)] = Int32(number) }
    return number
  }

  private static func number<Key>(_ key: Key, in known: inout [Key: Int], _ count: inout Int) -> Int
  {
    if let number = known[key] { return number }
    defer { count += 1 }
    known[key] = count
    return count
  }

  /// A number for the group of a row that stays the same from batch to batch.
  func identity(of row: Row) -> UInt64 {
    switch kind {
    case .host:
      let address = row.remote.address
      return address.high &* 0x9e37_79b9_7f4a_7c15 ^ address.low
    case .namespace: return UInt64(row.netns)
    case .process, .connection:
      guard let id = table.owners[row.owner]?.process.id else { return 0 }
      return UInt64(UInt32(bitPattern: id.pid)) << 32 ^ id.startTicks
    }
  }
}
