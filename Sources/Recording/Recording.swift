package import Connections
import GRDB

/// A recording that is read: the past of a host, from a file. Another process may be writing it.
package actor Recording: BatchHistory {
  private let database: DatabaseQueue
  private var history: RecordedHistory
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
    self.database = database
    self.executor = executor
    history = RecordedHistory(database)
  }

  package func coverage() throws -> [ClosedRange<Timestamp>] { try history.coverage() }

  package func position(at moment: Timestamp) throws -> Int64? {
    try history.position(at: moment)
  }

  package func batches(upTo position: Int64) throws -> [PastBatch] {
    // The writer can have merged or dropped what was read.
    history.forget()
    return try history.batches(upTo: position)
  }

  package func batch(after position: Int64) throws -> PastBatch? {
    try history.batch(after: position)
  }

  package func position(before position: Int64) throws -> Int64? {
    try history.position(before: position)
  }

  package func activity(
    in range: ClosedRange<Timestamp>,
    parts: Int
  ) throws -> [PastActivity?] {
    try history.activity(in: range, parts: parts)
  }
}
