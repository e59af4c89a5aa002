import Connections

/// What the connections of a group have in common.
enum GroupKey: Hashable, Sendable {
  /// `nil` for all whose process is unknown.
  case process(Process.ID?)
  case host(Address)
  case namespace(UInt32)
}

extension GroupKey {
  /// The groups that a row belongs to, one for each grouping.
  static func all(of row: Row, _ table: ConnectionTable) -> [GroupKey] {
    row.read { all(of: $0, table) }
  }

  static func all(of row: RowPointer, _ table: ConnectionTable) -> [GroupKey] {
    [GroupKey(.process, row, table), GroupKey(.host, row, table), GroupKey(.namespace, row, table)]
  }

  init(_ kind: Row.Kind, _ row: Row, _ table: ConnectionTable) {
    self = row.read { GroupKey(kind, $0, table) }
  }

  init(_ kind: Row.Kind, _ row: RowPointer, _ table: ConnectionTable) {
    switch kind {
    case .host: self = .host(row.pointee.remote.address)
    case .namespace: self = .namespace(row.pointee.netns)
    case .process, .connection: self = .process(table.owners.process(of: row.pointee.owner))
    }
  }

  /// A number that stays the same from batch to batch. Two groups can have the same.
  var number: UInt64 {
    switch self {
    case .host(let address):
      let zone = (address.zone ?? "").utf8.reduce(UInt64(0)) { $0 &* 31 &+ UInt64($1) }
      return address.high &* 0x9e37_79b9_7f4a_7c15 ^ address.low ^ zone &* 0xd6e8_feb8_6659_fd93
    case .namespace(let inode): return UInt64(inode)
    case .process(let id?): return UInt64(UInt32(bitPattern: id.pid)) << 32 ^ id.startTicks
    case .process(nil): return 0
    }
  }
}
