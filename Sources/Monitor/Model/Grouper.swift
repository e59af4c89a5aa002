import Connections

/// Finds the group of each row; groups are numbered from 0 as they come up.
package struct Grouper {
  private let kind: Row.Kind
  private let table: ConnectionTable
  private(set) var count = 0

  /// The number of each owner's process: a process has an owner for each way in which it is known.
  private let processes: [Int32]
  private var ofProcess: [Int32]
  private var ofHost: [Address: Int] = [:]
  private var ofNamespace: [UInt32: Int] = [:]

  /// Stands for all that no process is known of.
  private static let unknown: Int32 = 0

  /// - Parameter groups: about how many there will be.
  init(_ kind: Row.Kind, _ table: ConnectionTable, expecting groups: Int = 0) {
    self.kind = kind
    self.table = table
    var numbers: [Process.ID: Int32] = [:]
    processes = (0..<OwnerTable.Slot(table.owners.bound)).map { owner in
      guard let id = table.owners[owner]?.process.id else { return Self.unknown }
      if let number = numbers[id] { return number }
      let number = Self.unknown + 1 + Int32(numbers.count)
      numbers[id] = number
      return number
    }
    ofProcess = Array(repeating: -1, count: numbers.count + 1)
    if kind == .host { ofHost.reserveCapacity(groups) }
  }

  mutating func group(of row: Row) -> Int {
    switch kind {
    case .host: return Self.number(row.remote.address, in: &ofHost, &count)
    case .namespace: return Self.number(row.netns, in: &ofNamespace, &count)
    case .process, .connection: return processGroup(process(of: row.owner))
    }
  }

  /// Whether two owners are of the same process, or none is known of either.
  func isSameProcess(_ one: OwnerTable.Slot, _ other: OwnerTable.Slot) -> Bool {
    one == other || process(of: one) == process(of: other)
  }

  private func process(of owner: OwnerTable.Slot) -> Int32 {
    owner >= 0 ? processes[Int(owner)] : Self.unknown
  }

  private mutating func processGroup(_ process: Int32) -> Int {
    let known = ofProcess[Int(process)]
    if known >= 0 { return Int(known) }
    defer { count += 1 }
    ofProcess[Int(process)] = Int32(count)
    return count
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
      let zone = (address.zone ?? "").utf8.reduce(UInt64(0)) { $0 &* 31 &+ UInt64($1) }
      return address.high &* 0x9e37_79b9_7f4a_7c15 ^ address.low ^ zone &* 0xd6e8_feb8_6659_fd93
    case .namespace: return UInt64(row.netns)
    case .process, .connection:
      guard let id = table.owners[row.owner]?.process.id else { return 0 }
      return UInt64(UInt32(bitPattern: id.pid)) << 32 ^ id.startTicks
    }
  }
}
