import GRDB
import GRDBSQLite

extension DatabaseQueue {
  /// Runs `body`; what SQLite reports is a `RecordingError` then.
  func reported<Value>(
    _ body: (DatabaseQueue) throws -> Value
  ) throws(RecordingError) -> Value {
    do {
      return try body(self)
    } catch {
      throw RecordingError(error, shortage: shortage)
    }
  }

  private var shortage: FileShortage? {
    let systemError = inDatabase { $0.sqliteConnection.map(sqlite3_system_errno) ?? 0 }
    return FileShortage(systemError: systemError) ?? FileShortage(at: path)
  }
}
