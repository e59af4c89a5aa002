import Connections

/// Rows of connections that nothing happens to, most in a quarter of their size: the bytes in which
/// each differs from another one of its kind.
///
/// What is kept is the memory of the row as it is, so that no figure can be forgotten here.
struct RestingRows: Sendable {
  /// A row, and where its bytes are.
  private struct Resting: Slotted {
    let id: Connection.ID
    let place: WordPool.Place

    var slotKey: Connection.ID? { id }
  }

  private var rows = SlotMap<Connection.ID, Resting>()
  private var pool = WordPool()
  /// The first row of each kind, which the others are compared with.
  private var models: [[UInt64]?] = Array(repeating: nil, count: 4)

  /// How many words of eight bytes a row has.
  private static let words = (MemoryLayout<Row>.size + 7) / 8
  /// How many bytes it takes to tell which words differ, each by a bit.
  private static let headBytes = 1 + (words + 7) / 8

  var count: Int { rows.count }

  /// The memory that is in their place.
  var bytes: Int { pool.bytes }

  /// The identities of all of them.
  var ids: [Connection.ID] { rows.all.map(\.id) }

  func has(_ id: Connection.ID) -> Bool { rows.slot(of: id) != nil }

  /// Adds a row that refers to nothing, and whose identity is new.
  mutating func insert(_ row: Row) {
    rows.insert(Resting(id: row.id, place: pool.insert(pack(row))), for: row.id)
  }

  /// Takes out a row.
  mutating func remove(_ id: Connection.ID) -> Row? {
    guard let resting = rows.remove(id) else { return nil }
    let row = row(resting)
    pool.remove(resting.place)
    return row
  }

  /// Calls `body` with each row.
  func readAll(_ body: (Row) -> Void) {
    for resting in rows.all {
      if let row = row(resting) { body(row) }
    }
  }

  /// Gives memory back once far fewer rows are left than there were.
  mutating func shrink() {
    rows.shrink()
    guard pool.isSparse else { return }
    var left = WordPool()
    for slot in rows.values.indices where rows.isUsed(Int32(slot)) {
      let resting = rows.values[slot]
      rows.values[slot] = Resting(id: resting.id, place: left.insert(pool[resting.place]))
    }
    pool = left
  }
}

extension RestingRows {
  private static func kind(_ row: Row) -> Int {
    (row.proto == .tcp ? 0 : 2) + (row.remote.address.isV4 ? 0 : 1)
  }

  private static func memory(of row: Row) -> [UInt64] {
    var words = [UInt64](repeating: 0, count: Self.words)
    withUnsafeBytes(of: row) { row in
      words.withUnsafeMutableBytes { $0.copyMemory(from: row) }
    }
    return words
  }

  /// A byte with the kind, a bit for each word that differs, and for each of these a bit for each byte
  /// that differs, and the bytes.
  private mutating func pack(_ row: Row) -> ArraySlice<UInt64> {
    let kind = Self.kind(row)
    let memory = Self.memory(of: row)
    let model = models[kind] ?? memory
    models[kind] = model
    var bytes = [UInt8](repeating: 0, count: Self.headBytes)
    bytes.reserveCapacity(Self.words * 10)
    bytes[0] = UInt8(kind)
    for word in 0..<Self.words where memory[word] != model[word] {
      bytes[1 + word / 8] |= 1 << UInt8(word % 8)
      let mask = bytes.count
      bytes.append(0)
      let difference = memory[word] ^ model[word]
      for byte in 0..<8 {
        let value = UInt8(truncatingIfNeeded: difference >> UInt64(byte * 8))
        if value == 0 { continue }
        bytes[mask] |= 1 << UInt8(byte)
        bytes.append(value)
      }
    }
    while bytes.count % 8 != 0 { bytes.append(0) }
    return bytes.withUnsafeBytes { Array($0.assumingMemoryBound(to: UInt64.self))[...] }
  }

  private func row(_ resting: Resting) -> Row? {
    pool[resting.place].withUnsafeBytes { bytes in
      guard var memory = models[Int(bytes[0])] else { return nil }
      var next = Self.headBytes
      for word in 0..<Self.words where bytes[1 + word / 8] & 1 << UInt8(word % 8) != 0 {
        let mask = bytes[next]
        next += 1
        for byte in 0..<8 where mask & 1 << UInt8(byte) != 0 {
          memory[word] ^= UInt64(bytes[next]) << UInt64(byte * 8)
          next += 1
        }
      }
      // A row that refers to nothing is its bytes.
      return memory.withUnsafeBytes { $0.load(as: Row.self) }
    }
  }
}
