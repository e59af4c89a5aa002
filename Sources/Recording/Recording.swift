import Connections
import GRDB

/// A recording that is read: the past of a host, from a file. Another process may be writing it.
package actor Recording: HistoryActor {
  package var history: RecordedHistory
  private let executor: any SerialExecutor

  package nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  /// The name of the host that was recorded last.
  package nonisolated let host: String

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: an absolute one.
  ///   - executor: where the file is read, from the call of this initializer on; its thread has the
  ///     rights to.
  package init(path: String, on executor: any SerialExecutor) throws(RecordingError) {
    let database = try RecordingDatabase.reading(path)
    host = try database.reported {
      try $0.read { db in
        try String.fetchOne(db, sql: "SELECT host FROM runs ORDER BY id DESC LIMIT 1") ?? ""
      }
    }
    self.executor = executor
    history = RecordedHistory(database)
  }
}
