import Connections
import GRDB

/// Writes the rows of the tables, each with the next free number of its table.
final class RowWriter {
  var next: RowNumbers

  private let delta: RowStatement
  private let fact: RowStatement
  private let owner: RowStatement
  private let process: RowStatement
  private let end: RowStatement
  private let namespace: RowStatement
  private let health: RowStatement
  private let batch: RowStatement
  private let segment: RowStatement

  init(_ db: Database, next: RowNumbers) throws {
    self.next = next
    func insert(_ table: String, _ columns: Int) throws -> RowStatement {
      let values = Array(repeating: "?", count: columns).joined(separator: ",")
      return try RowStatement(db, "INSERT INTO \(table) VALUES (\(values))")
    }
    delta = try insert("deltas", 10 + MetricColumns.count)
    fact = try insert("facts", 14)
    owner = try insert("owners", 5)
    process = try insert("processes", 14)
    end = try insert("ends", 8)
    namespace = try insert("namespaces", 6)
    health = try insert("health", 2)
    batch = try insert("batches", 21)
    segment = try insert("segments", 8)
  }

  func writeSegment(_ id: Int64, run: Int64, continues: Bool, resolution: Int64) throws {
    try segment.run { values in
      values.add(id)
      values.add(run)
      values.add(continues)
      values.add(resolution)
      values.add(next.delta)
      values.add(next.fact)
      values.add(next.owner)
      values.add(next.process)
    }
  }

  /// - Returns: the number of its row.
  func write(_ value: Process) throws -> Int64 {
    let id = next.process
    try process.run { values in
      values.add(id)
      values.add(Int(value.id.pid))
      values.add(bits: value.id.startTicks)
      values.add(value.name)
      values.add(value.commandLine)
      values.add(Int(value.uid))
      values.add(value.user)
      values.add(value.startedAt.nanoseconds)
      values.add(value.gid.map(Int64.init))
      values.add(value.executable)
      values.add(value.cgroup)
      values.add(value.container?.runtime.name)
      values.add(value.container?.id)
      values.add(value.container?.name)
    }
    next.process += 1
    return id
  }

  /// - Returns: the number of its row.
  func write(_ value: Owner, process: Int64, others: [Int64]) throws -> Int64 {
    let id = next.owner
    try owner.run { values in
      values.add(id)
      values.add(process)
      values.add(Int(value.source.rawValue))
      values.add(value.isLast)
      values.add(others.isEmpty ? nil : "[\(others.map(String.init).joined(separator: ","))]")
    }
    next.owner += 1
    return id
  }

  /// - Parameters:
  ///   - connection: `nil` if nothing but the identity is known.
  ///   - seenAt: when it was first reported.
  /// - Returns: the number of its row.
  func write(
    _ id: Connection.ID,
    _ connection: Connection?,
    seenAt: Timestamp? = nil
  ) throws -> Int64 {
    let number = next.fact
    try fact.run { values in
      values.add(number)
      values.add(bits: id.cookie)
      values.add(bits: id.generation)
      guard let connection else {
        for _ in 0..<11 { values.add(nil as Int64?) }
        return
      }
      values.add(Int(connection.proto.rawValue))
      values.add(bits: connection.parent?.cookie)
      values.add(bits: connection.parent?.generation)
      values.add("\(connection.local.address)")
      values.add(Int(connection.local.port))
      values.add("\(connection.remote.address)")
      values.add(Int(connection.remote.port))
      values.add(Int(connection.netns))
      values.add(Int(connection.direction.rawValue))
      values.add(connection.openedAt?.nanoseconds)
      values.add(seenAt?.nanoseconds)
    }
    next.fact += 1
    return number
  }

  func write(
    _ kind: DeltaKind,
    batch: Int64,
    fact: Int64,
    owner: Int64?,
    state: SocketState?,
    counters: Counters?,
    _ growth: ByteGrowth
  ) throws {
    try delta.run { values in
      values.add(next.delta)
      values.add(batch)
      values.add(kind.rawValue)
      values.add(fact)
      values.add(owner)
      values.add(state.map { Int64($0.rawValue) })
      guard let counters else {
        for _ in 0..<4 + MetricColumns.count { values.add(nil as Int64?) }
        return
      }
      values.add(figure: growth.sent)
      values.add(figure: growth.received)
      values.add(figure: counters.accepted)
      values.add(counters.lossCauses.flatMap { DropReasonsJSON.text(of: $0.drops) })
      for metric in Metric.all {
        switch metric.value {
        case .number(let value): values.add(figure: value(counters))
        case .text(let value): values.add(value(counters))
        }
      }
    }
    next.delta += 1
  }

  /// The end of the delta that was written last.
  func write(_ value: Connection.End) throws {
    try end.run { values in
      values.add(next.delta - 1)
      values.add(value.at.nanoseconds)
      values.add(Int(value.reason.rawValue))
      values.add(Int(value.error))
      values.add((value.reset?.isSent).map { $0 ? 1 : 0 })
      values.add(value.reset?.reason)
      values.add(value.neverEstablished)
      values.add(value.isUnseen)
    }
  }

  func write(_ value: NetworkNamespace, batch: Int64) throws {
    try namespace.run { values in
      values.add(batch)
      values.add(Int(value.inode))
      values.add(value.name)
      values.add(value.nameSource.map { "\($0)" })
      values.add(StringsJSON.text(of: value.aliases))
      values.add(value.isOwn)
    }
  }

  func write(health text: String, at id: Int64) throws {
    try health.run { values in
      values.add(id)
      values.add(text)
    }
  }

  /// - Parameter total: what all of its deltas add.
  func write(
    _ value: Batch,
    at id: Int64,
    segment: Int64,
    firstDelta: Int64,
    total: ByteGrowth,
    failures: Int,
    health: Int64
  ) throws {
    let figures = value.health
    try batch.run { values in
      values.add(id)
      values.add(segment)
      values.add(value.wallTime.nanoseconds)
      values.add(value.wallOffset)
      values.add(value.isKeyframe)
      values.add(firstDelta)
      values.add(next.delta - firstDelta)
      values.add(figure: total.sent)
      values.add(figure: total.received)
      values.add(failures)
      values.add(health)
      values.add(figures.tracked)
      values.add(figures.ownersUnknown)
      values.add(figures.flows)
      values.add(figures.passTime.nanoseconds)
      values.add(figures.scanTime.nanoseconds)
      values.add(figures.cpuTime.nanoseconds)
      values.add(figure: figures.residentBytes)
      values.add(figure: figures.mapBytes)
      values.add(figure: figures.resetsWithoutSocket)
      values.add(figure: figures.dropsWithoutSocket)
    }
  }
}

extension Duration {
  fileprivate var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
  }
}
