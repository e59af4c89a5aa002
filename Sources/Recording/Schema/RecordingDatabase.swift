import GRDB
import GRDBSQLite

/// Opens the database of a recording.
enum RecordingDatabase {
  /// Longer texts are refused: no name or command line is as long.
  private static let textLimit: CInt = 1 << 22

  /// A new one in memory.
  static func inMemory() throws(RecordingError) -> DatabaseQueue {
    let queue = try opened(nil, configuration())
    try queue.reported { try $0.writeWithoutTransaction { try create($0) } }
    return queue
  }

  /// One that is written. The file exists; it is empty, or a recording.
  ///
  /// - Parameter path: an absolute one, as SQLite takes others for URIs.
  static func writing(_ path: String) throws(RecordingError) -> DatabaseQueue {
    let queue = try opened(path, configuration())
    try queue.reported { queue in
      try queue.writeWithoutTransaction { db in
        let isNew = try isEmpty(db)
        if !isNew { try check(db) }
        let triggers = try Int.fetchOne(
          db,
          sql: "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'"
        )
        if triggers != 0 {
          throw RecordingError(.notARecording, "it has triggers, which nettop does not make")
        }
        // Only now, as this changes the file.
        try db.execute(sql: "PRAGMA journal_mode = WAL")
        // What was committed outlasts a loss of power.
        try db.execute(sql: "PRAGMA synchronous = FULL")
        if isNew { try create(db) }
      }
    }
    return queue
  }

  /// One that is read.
  ///
  /// - Parameter path: an absolute one, as SQLite takes others for URIs.
  static func reading(_ path: String) throws(RecordingError) -> DatabaseQueue {
    var configuration = configuration()
    configuration.readonly = true
    let queue = try opened(path, configuration)
    try queue.reported { try $0.read { try check($0) } }
    return queue
  }

  /// Opens a database; what SQLite reports is a `RecordingError` then.
  ///
  /// - Parameter path: `nil` for one in memory.
  private static func opened(
    _ path: String?,
    _ configuration: Configuration
  ) throws(RecordingError) -> DatabaseQueue {
    do {
      guard let path else { return try DatabaseQueue(configuration: configuration) }
      return try DatabaseQueue(path: path, configuration: configuration)
    } catch {
      throw RecordingError(error, shortage: path.flatMap(FileShortage.init(at:)))
    }
  }

  /// Whoever else writes the file may hold it for as long as a large commit takes.
  private static func configuration() -> Configuration {
    var configuration = Configuration()
    configuration.busyMode = .timeout(5)
    configuration.prepareDatabase { db in
      // The file can come from anyone.
      try db.execute(sql: "PRAGMA trusted_schema = OFF")
      try db.execute(sql: "PRAGMA cell_size_check = ON")
      try db.execute(sql: "PRAGMA temp_store = MEMORY")
      if let connection = db.sqliteConnection {
        sqlite3_limit(connection, SQLITE_LIMIT_LENGTH, textLimit)
      }
    }
    return configuration
  }

  private static func isEmpty(_ db: Database) throws -> Bool {
    try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") == 0
  }

  private static func create(_ db: Database) throws {
    try db.inTransaction {
      for statement in Schema.statements { try db.execute(sql: statement) }
      try db.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
      try db.execute(sql: "PRAGMA user_version = \(Schema.version)")
      return .commit
    }
  }

  /// Makes sure that the tables are those that this version of nettop makes: nobody else's views and
  /// columns are read.
  private static func check(_ db: Database) throws {
    guard try Int64.fetchOne(db, sql: "PRAGMA application_id") == Schema.applicationID else {
      throw RecordingError(.notARecording, "it is not a recording of nettop")
    }
    let version = try Int64.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    guard version <= Schema.version else {
      throw RecordingError(
        .newer,
        "a newer nettop made this recording (version \(version), not \(Schema.version))",
        advice: "read it with a newer nettop"
      )
    }
    let found = try Set(
      String.fetchAll(db, sql: "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")
    )
    guard Schema.tables.allSatisfy(found.contains) else {
      throw RecordingError(.notARecording, "its tables are not those that nettop makes")
    }
  }
}
