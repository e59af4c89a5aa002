import Connections

/// Views of a recording for people: names instead of numbers, one row for what they ask about.
enum Views {
  static let all = [samples, connections, bytesByProcessAndHour, failedConnections, remotes]

  /// `CASE … END` of the names of an enumeration.
  private static func names(_ column: String, _ cases: [(number: Int, name: String)]) -> String {
    let parts = cases.map { "WHEN \($0.number) THEN '\($0.name)'" }
    return "CASE \(column) \(parts.joined(separator: " ")) END"
  }

  private static let proto = names(
    "f.proto",
    TransportProtocol.allCases.map { (Int($0.rawValue), $0.name) }
  )
  private static let state = names(
    "d.state",
    SocketState.allCases.map { (Int($0.rawValue), $0.name) }
  )
  private static let direction = names(
    "f.direction",
    Connection.Direction.allCases.map { (Int($0.rawValue), $0.name) }
  )
  private static let reason = names(
    "e.reason",
    Connection.CloseReason.allCases.map { (Int($0.rawValue), $0.name) }
  )
  private static let failures = Connection.CloseReason.allCases
    .filter { Connection.End(at: Timestamp(nanoseconds: 0), reason: $0).isFailure }
    .map { "\($0.rawValue)" }.joined(separator: ", ")
  private static let error = names(
    "e.error",
    (1...133).compactMap { number in
      Connection.End(at: Timestamp(nanoseconds: 0), reason: .unknown, error: Int32(number))
        .errorName.map { (number, $0) }
    }
  )
  private static let ownerSource = names(
    "o.source",
    Owner.Source.allCases.map { (Int($0.rawValue), $0.name) }
  )

  /// A moment in nanoseconds as RFC 3339 has it, with milliseconds.
  private static func moment(_ column: String) -> String {
    "strftime('%Y-%m-%dT%H:%M:%fZ', (\(column)) / 1e9, 'unixepoch')"
  }

  /// A number that is worked out: other programs take what has no type for text.
  private static func number(_ expression: String) -> String { "CAST(\(expression) AS BIGINT)" }

  private static let id = "printf('%x.%x', f.cookie, f.generation)"

  /// The name of a namespace when a batch was made.
  private static let namespaceName = """
    (SELECT n.name FROM namespaces n WHERE n.inode = f.netns
      AND n.batch BETWEEN b.segment AND b.id ORDER BY n.batch DESC LIMIT 1)
    """

  /// What a delta `d` refers to.
  private static let joins = """
      JOIN batches b ON b.id = d.batch
      JOIN facts f ON f.id = d.fact
      LEFT JOIN owners o ON o.id = d.owner
      LEFT JOIN processes p ON p.id = o.process
    """

  /// The same with the end that a delta can be.
  private static let joinsWithEnd = """
    \(joins)
      LEFT JOIN ends e ON e.id = d.id
    """

  private static let who = """
      \(id) AS id,
      \(proto) AS proto,
      \(direction) AS direction,
      f.local_address,
      f.local_port,
      f.remote_address,
      \(number("nullif(f.remote_port, 0)")) AS remote_port,
      f.netns,
      \(namespaceName) AS netns_name,
      p.pid,
      p.name AS process,
      p.command,
      p.user,
      p.executable,
      coalesce(p.container_name, p.container_id) AS container,
      \(ownerSource) AS owner_source
    """

  private static let samples = """
    CREATE VIEW samples AS
    SELECT
      \(moment("b.time")) AS time,
      d.batch AS sample,
    \(who),
      \(state) AS state,
      d.sent AS bytes_sent_growth,
      d.received AS bytes_received_growth,
      \(MetricColumns.names.map { "d.\($0)" }.joined(separator: ",\n  ")),
      d.accepted,
      d.drop_reasons,
      \(moment("f.opened_at + b.wall_offset")) AS opened_at,
      \(moment("e.ended_at + b.wall_offset")) AS closed_at,
      \(reason) AS close_reason,
      \(error) AS error
    FROM deltas d
    \(joinsWithEnd)
    WHERE d.kind <> 1
    """

  /// The last row of each, with sums over all of them.
  private static let connections = """
    CREATE VIEW connections AS
    WITH last AS (
      SELECT max(d.id) AS id, min(b.time) AS first_seen, max(b.time) AS last_seen,
        sum(d.sent) AS sent, sum(d.received) AS received
      FROM deltas d
        JOIN batches b ON b.id = d.batch
        JOIN segments s ON s.id = b.segment
        JOIN facts f ON f.id = d.fact
      WHERE d.kind <> 1 AND f.proto IS NOT NULL
      GROUP BY s.run, f.cookie, f.generation
    )
    SELECT
      \(moment("last.first_seen")) AS first_seen,
      \(moment("last.last_seen")) AS last_seen,
    \(who),
      \(state) AS state,
      \(number("last.sent")) AS bytes_sent_recorded,
      \(number("last.received")) AS bytes_received_recorded,
      \(MetricColumns.names.map { "d.\($0)" }.joined(separator: ",\n  ")),
      \(moment("f.opened_at + b.wall_offset")) AS opened_at,
      \(moment("e.ended_at + b.wall_offset")) AS closed_at,
      \(reason) AS close_reason,
      \(error) AS error
    FROM last JOIN deltas d ON d.id = last.id
    \(joinsWithEnd)
    """

  private static let bytesByProcessAndHour = """
    CREATE VIEW bytes_by_process_and_hour AS
    SELECT
      strftime('%Y-%m-%dT%H:00:00Z', b.time / 1e9, 'unixepoch') AS hour,
      p.name AS process,
      p.user,
      coalesce(p.container_name, p.container_id) AS container,
      \(number("sum(d.sent)")) AS bytes_sent,
      \(number("sum(d.received)")) AS bytes_received,
      \(number("count(DISTINCT \(id))")) AS connections
    FROM deltas d
    \(joins)
    WHERE d.sent > 0 OR d.received > 0
    GROUP BY hour, p.name, p.user, container
    """

  private static let failedConnections = """
    CREATE VIEW failed_connections AS
    SELECT
      \(moment("e.ended_at + b.wall_offset")) AS time,
    \(who),
      \(reason) AS close_reason,
      \(error) AS error,
      e.never_established
    FROM ends e JOIN deltas d ON d.id = e.id
    \(joins)
    WHERE e.never_established OR e.reason IN (\(failures))
    """

  private static let remotes = """
    CREATE VIEW remotes AS
    SELECT
      f.remote_address,
      \(number("count(DISTINCT \(id))")) AS connections,
      \(number("sum(d.sent)")) AS bytes_sent,
      \(number("sum(d.received)")) AS bytes_received,
      \(number("max(d.rtt_us)")) AS worst_rtt_us,
      \(number("min(d.min_rtt_us)")) AS min_rtt_us
    FROM deltas d JOIN facts f ON f.id = d.fact
    WHERE f.remote_port > 0
    GROUP BY f.remote_address
    """
}
