import GRDB
import GRDBSQLite

/// A prepared statement that is used row by row, without a value object for each column: a batch can
/// have 100,000 rows of 40 columns.
struct RowStatement {
  private let statement: Statement
  private var handle: OpaquePointer { statement.sqliteStatement }

  /// Tells SQLite to copy a text.
  private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

  init(_ db: Database, _ sql: String) throws {
    statement = try db.makeStatement(sql: sql)
  }

  /// Binds values from the first parameter on, runs the statement and resets it.
  func run(_ body: (inout Values) -> Void) throws {
    var values = Values(handle)
    body(&values)
    let code = sqlite3_step(handle)
    sqlite3_reset(handle)
    if code != SQLITE_DONE && code != SQLITE_ROW { throw failure(code) }
  }

  /// Binds values, and hands over each row.
  func forEach(_ bind: (inout Values) -> Void, _ body: (inout Columns) throws -> Void) throws {
    var values = Values(handle)
    bind(&values)
    defer { sqlite3_reset(handle) }
    while true {
      let code = sqlite3_step(handle)
      if code == SQLITE_DONE { return }
      guard code == SQLITE_ROW else { throw failure(code) }
      var columns = Columns(handle)
      try body(&columns)
    }
  }

  private func failure(_ code: CInt) -> DatabaseError {
    DatabaseError(
      resultCode: ResultCode(rawValue: code),
      message: sqlite3_db_handle(handle).flatMap { sqlite3_errmsg($0) }.map(String.init(cString:))
    )
  }

  /// The parameters of a statement, bound one after the other.
  struct Values {
    private let handle: OpaquePointer
    private var index: CInt = 0

    fileprivate init(_ handle: OpaquePointer) { self.handle = handle }

    mutating func add(_ number: Int64?) {
      index += 1
      if let number { sqlite3_bind_int64(handle, index, number) } else { addNull() }
    }

    mutating func add(_ number: Int) { add(Int64(number)) }
    mutating func add(_ isTrue: Bool) { add(isTrue ? 1 : 0) }

    /// A number that SQLite cannot hold is its largest one.
    mutating func add(figure: UInt64?) { add(figure.map { Int64(clamping: $0) }) }

    /// A number of 64 bits whose sign has no meaning.
    mutating func add(bits: UInt64?) { add(bits.map { Int64(bitPattern: $0) }) }

    mutating func add(_ text: String?) {
      index += 1
      guard var text else { return addNull() }
      text.withUTF8 { bytes in
        // SQLite takes a null pointer for NULL.
        guard let base = bytes.baseAddress else {
          sqlite3_bind_text(handle, index, "", 0, RowStatement.transient)
          return
        }
        base.withMemoryRebound(to: CChar.self, capacity: bytes.count) { characters in
          _ = sqlite3_bind_text(
            handle,
            index,
            characters,
            CInt(clamping: bytes.count),
            RowStatement.transient
          )
        }
      }
    }

    private func addNull() { sqlite3_bind_null(handle, index) }
  }

  /// The columns of a row, read one after the other.
  struct Columns {
    private let handle: OpaquePointer
    private var index: CInt = -1

    fileprivate init(_ handle: OpaquePointer) { self.handle = handle }

    /// Anything but a number is `nil`.
    mutating func number() -> Int64? {
      index += 1
      guard sqlite3_column_type(handle, index) == SQLITE_INTEGER else { return nil }
      return sqlite3_column_int64(handle, index)
    }

    /// A number that is not negative.
    mutating func figure() -> UInt64? { number().map { UInt64(clamping: $0) } }

    mutating func text() -> String? {
      index += 1
      guard sqlite3_column_type(handle, index) == SQLITE_TEXT,
        let bytes = sqlite3_column_text(handle, index)
      else { return nil }
      let count = Int(sqlite3_column_bytes(handle, index))
      return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }
  }
}
