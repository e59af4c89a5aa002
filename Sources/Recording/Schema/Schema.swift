import Connections

/// The tables of a recording. docs/recording.md explains them.
///
/// A *segment* is a keyframe with the batches up to the next one. It refers to no row of another
/// segment, and the rows of a segment follow those of the one before in every table: to drop the
/// oldest segments is to delete the first rows of each.
enum Schema {
  /// `PRAGMA application_id`: `ntop`.
  static let applicationID: Int64 = 0x6e74_6f70
  /// `PRAGMA user_version`.
  static let version: Int64 = 1

  static let tables = [
    """
    CREATE TABLE runs (
      id INTEGER PRIMARY KEY,
      host TEXT NOT NULL,
      boot TEXT NOT NULL,
      version TEXT NOT NULL,
      started_at INTEGER NOT NULL
    )
    """,
    """
    CREATE TABLE segments (
      id INTEGER PRIMARY KEY,
      run INTEGER NOT NULL,
      continues INTEGER NOT NULL,
      resolution INTEGER NOT NULL,
      first_delta INTEGER NOT NULL,
      first_fact INTEGER NOT NULL,
      first_owner INTEGER NOT NULL,
      first_process INTEGER NOT NULL
    )
    """,
    """
    CREATE TABLE batches (
      id INTEGER PRIMARY KEY,
      segment INTEGER NOT NULL,
      time INTEGER NOT NULL,
      wall_offset INTEGER NOT NULL,
      is_keyframe INTEGER NOT NULL,
      first_delta INTEGER NOT NULL,
      deltas INTEGER NOT NULL,
      bytes_sent INTEGER NOT NULL,
      bytes_received INTEGER NOT NULL,
      failures INTEGER NOT NULL,
      health INTEGER NOT NULL,
      tracked INTEGER NOT NULL,
      owners_unknown INTEGER NOT NULL,
      flows INTEGER NOT NULL,
      pass_time INTEGER NOT NULL,
      scan_time INTEGER NOT NULL,
      cpu_time INTEGER NOT NULL,
      resident_bytes INTEGER NOT NULL,
      map_bytes INTEGER NOT NULL,
      resets_without_socket INTEGER,
      drops_without_socket INTEGER
    )
    """,
    "CREATE INDEX batches_by_time ON batches (time)",
    "CREATE TABLE health (id INTEGER PRIMARY KEY, json TEXT NOT NULL)",
    """
    CREATE TABLE namespaces (
      batch INTEGER NOT NULL,
      inode INTEGER NOT NULL,
      name TEXT,
      name_source TEXT,
      aliases TEXT NOT NULL,
      is_own INTEGER NOT NULL,
      PRIMARY KEY (batch, inode)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE processes (
      id INTEGER PRIMARY KEY,
      pid INTEGER NOT NULL,
      start_ticks INTEGER NOT NULL,
      name TEXT NOT NULL,
      command TEXT,
      uid INTEGER NOT NULL,
      user TEXT,
      started_at INTEGER NOT NULL,
      gid INTEGER,
      executable TEXT,
      cgroup TEXT,
      container_runtime TEXT,
      container_id TEXT,
      container_name TEXT
    )
    """,
    """
    CREATE TABLE owners (
      id INTEGER PRIMARY KEY,
      process INTEGER NOT NULL,
      source INTEGER NOT NULL,
      is_last INTEGER NOT NULL,
      others TEXT
    )
    """,
    """
    CREATE TABLE facts (
      id INTEGER PRIMARY KEY,
      cookie INTEGER NOT NULL,
      generation INTEGER NOT NULL,
      proto INTEGER,
      parent_cookie INTEGER,
      parent_generation INTEGER,
      local_address TEXT,
      local_port INTEGER,
      remote_address TEXT,
      remote_port INTEGER,
      netns INTEGER,
      direction INTEGER,
      opened_at INTEGER,
      seen_at INTEGER
    )
    """,
    """
    CREATE TABLE deltas (
      id INTEGER PRIMARY KEY,
      batch INTEGER NOT NULL,
      kind INTEGER NOT NULL,
      fact INTEGER NOT NULL,
      owner INTEGER,
      state INTEGER,
      sent INTEGER,
      received INTEGER,
      accepted INTEGER,
      drop_reasons TEXT,
      \(MetricColumns.declarations.joined(separator: ",\n  "))
    )
    """,
    """
    CREATE TABLE ends (
      id INTEGER PRIMARY KEY,
      ended_at INTEGER NOT NULL,
      reason INTEGER NOT NULL,
      error INTEGER NOT NULL,
      reset_is_sent INTEGER,
      reset_reason TEXT,
      never_established INTEGER NOT NULL,
      is_unseen INTEGER NOT NULL
    )
    """,
    """
    CREATE TABLE alerts (
      id INTEGER PRIMARY KEY,
      batch INTEGER NOT NULL,
      time INTEGER NOT NULL,
      rule TEXT NOT NULL,
      cookie INTEGER NOT NULL,
      generation INTEGER NOT NULL,
      text TEXT NOT NULL
    )
    """,
  ]

  static let statements = tables + Views.all
}
