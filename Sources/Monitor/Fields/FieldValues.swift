import Connections

/// What the values of a field are, and where a row has them. `nil` is a value that is not known.
enum FieldValues: Sendable {
  case number(FieldUnit, @Sendable (RowPointer, ConnectionTable) -> Double?)
  /// A number of which a row may have only a lower bound.
  case boundedNumber(FieldUnit, @Sendable (RowPointer, ConnectionTable) -> BoundedNumber?)
  /// A number of the processes that hold the socket: the field matches if one of them does.
  case processNumber(FieldUnit, @Sendable (Process) -> Double?)
  /// The PIDs of the processes that hold the socket at this moment.
  case holders
  case text(@Sendable (RowPointer, ConnectionTable) -> String?)
  /// A text of the processes that hold the socket: the field matches if one of them does.
  case processText(@Sendable (Process) -> String?)
  /// The name of a namespace; where it says so, or else the inode.
  case namespace(hasInode: Bool)
  /// The ports of these ends: what one of them has, the field has.
  case ports([FieldEnd])
  case addresses([FieldEnd])
  case choices([FieldChoice], @Sendable (RowPointer, ConnectionTable) -> Int?)
}

/// One end of a connection.
enum FieldEnd: Sendable {
  case local, remote

  /// The endpoint of a row, `nil` if it has none.
  func endpoint(_ row: Row) -> Endpoint? { row.read(endpoint) }

  func endpoint(_ row: RowPointer) -> Endpoint? {
    let endpoint = self == .local ? row.pointee.local : row.pointee.remote
    return endpoint.isNone ? nil : endpoint
  }
}

/// One of the values that a field may have.
struct FieldChoice: Sendable {
  let number: Int
  let name: String
  var alias: String?
}
