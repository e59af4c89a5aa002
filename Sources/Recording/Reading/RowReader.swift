import Connections
import GRDB

/// Reads the rows of one segment: batches whole, with what they refer to.
final class RowReader {
  private let segment: SegmentStart
  private let boot: String
  private var facts: [Int64: Facts] = [:]
  private var owners: [Int64: Owner] = [:]
  private var processes: [Int64: Process] = [:]
  private var health: (id: Int64, value: SourceHealth)?
  private let delta: RowStatement
  private let fact: RowStatement
  private let owner: RowStatement
  private let process: RowStatement
  private let end: RowStatement
  private let namespace: RowStatement
  private let batch: RowStatement

  /// How many rows are read ahead where one is needed.
  private static let readAhead: Int64 = 4096

  /// What is fixed of a connection. An object, since there can be 100,000 of them, and a dictionary has
  /// room for more values than it has.
  private final class Facts {
    let id: Connection.ID
    /// Without figures, state and owner; `nil` where only the identity was reported.
    let connection: Connection?

    init(id: Connection.ID, connection: Connection?) {
      self.id = id
      self.connection = connection
    }
  }

  init(_ db: Database, _ segment: SegmentStart) throws {
    self.segment = segment
    boot =
      try String.fetchOne(
        db,
        sql: "SELECT boot FROM runs WHERE id = ?",
        arguments: [segment.run]
      ) ?? ""
    let between = "WHERE id >= ? AND id < ? ORDER BY id"
    delta = try RowStatement(db, "SELECT * FROM deltas \(between)")
    fact = try RowStatement(db, "SELECT * FROM facts \(between)")
    owner = try RowStatement(db, "SELECT * FROM owners \(between)")
    process = try RowStatement(db, "SELECT * FROM processes \(between)")
    end = try RowStatement(db, "SELECT * FROM ends WHERE id = ?")
    namespace = try RowStatement(db, "SELECT * FROM namespaces WHERE batch = ? ORDER BY inode")
    batch = try RowStatement(db, "SELECT * FROM batches \(between)")
  }

  var id: Int64 { segment.id }

  /// Reads all that deltas of the segment can refer to, so that its rows may go.
  ///
  /// - Parameter end: where the rows of the next segment begin.
  func readAll(before end: RowNumbers) throws {
    try readProcesses(from: segment.numbers.process, before: end.process)
    try readOwners(from: segment.numbers.owner, before: end.owner)
    try readFacts(from: segment.numbers.fact, before: end.fact)
  }

  /// The number behind the rows that are read where one of them is needed.
  private static func ahead(of number: Int64) -> Int64 {
    number.addingReportingOverflow(readAhead).partialValue
  }

  /// The batches of the segment with numbers in a range, the oldest first.
  func batches(_ db: Database, in range: Range<Int64>) throws -> [RecordedBatch] {
    var heads: [Head] = []
    try batch.forEach {
      $0.add(range.lowerBound)
      $0.add(range.upperBound)
    } _: { columns in
      guard let head = Head(&columns), head.segment == segment.id else { return }
      // Rows that several batches claim would be read again for each.
      if let last = heads.last, head.firstDelta < last.end {
        throw RecordingError.damaged("batch \(head.id) has rows of the one before")
      }
      heads.append(head)
    }
    return try heads.map { head in
      let (deltas, growth) = try deltas(of: head)
      let batch = Batch(
        // Numbers are left out where something is missing.
        sequence: UInt64(clamping: head.id),
        isKeyframe: head.isKeyframe,
        boot: boot,
        time: Timestamp(recorded: head.time).recorded(shiftedBy: -head.wallOffset),
        wallOffset: head.wallOffset,
        deltas: deltas,
        namespaces: try namespaces(of: head.id),
        health: try health(db, of: head)
      )
      return RecordedBatch(id: head.id, batch: batch, growth: growth)
    }
  }

  private func deltas(of head: Head) throws -> ([Delta], [ByteGrowth]) {
    var deltas: [Delta] = []
    var growth: [ByteGrowth] = []
    var ends: [Int] = []
    deltas.reserveCapacity(Int(min(head.deltas, 1 << 14)))
    var ids: [Int64] = []
    try delta.forEach {
      $0.add(head.firstDelta)
      $0.add(head.end)
    } _: { columns in
      let id = columns.number() ?? 0
      _ = columns.number()
      let kind = columns.number().flatMap(DeltaKind.init(rawValue:))
      let factID = columns.number() ?? 0
      let ownerID = columns.number()
      let state = columns.number().flatMap { UInt8(exactly: $0) }.flatMap(SocketState.init)
      guard let kind else { throw RecordingError.damaged("delta \(id) is of no known kind") }
      let facts = try facts(factID)
      let owner = try ownerID.map { try self.owner($0) }
      var bytes = ByteGrowth()
      bytes.sent = columns.figure() ?? 0
      bytes.received = columns.figure() ?? 0
      func whole() throws -> Connection {
        guard var connection = facts.connection, let state else {
          throw RecordingError.damaged("delta \(id) has no connection")
        }
        connection.state = state
        connection.owner = owner
        connection.counters = Self.counters(&columns)
        return connection
      }
      switch kind {
      case .upsert: deltas.append(.upsert(try whole()))
      case .annotated:
        guard let owner else { throw RecordingError.damaged("delta \(id) has no owner") }
        deltas.append(.annotated(facts.id, owner))
      case .counters:
        guard let state else { throw RecordingError.damaged("delta \(id) has no state") }
        deltas.append(.counters(facts.id, state, Self.counters(&columns)))
      case .ended:
        ends.append(deltas.count)
        ids.append(id)
        deltas.append(.ended(try whole()))
      }
      growth.append(bytes)
    }
    for (index, id) in zip(ends, ids) {
      guard case .ended(var connection) = deltas[index] else { continue }
      connection.end = try end(id)
      deltas[index] = .ended(connection)
    }
    return (deltas, growth)
  }

  private static func counters(_ columns: inout RowStatement.Columns) -> Counters {
    var counters = Counters()
    counters.accepted = columns.figure()
    let drops = columns.text().map(DropReasonsJSON.drops) ?? []
    for metric in Metric.all {
      switch metric.store {
      case .number(let store): store(&counters, columns.figure())
      case .text(let store): store(&counters, columns.text())
      }
    }
    if !drops.isEmpty {
      var causes = counters.lossCauses ?? LossCauses()
      causes.drops = drops
      counters.lossCauses = causes
    }
    return counters
  }

  private func end(_ id: Int64) throws -> Connection.End? {
    var end: Connection.End?
    try self.end.forEach {
      $0.add(id)
    } _: { columns in
      _ = columns.number()
      let time = Timestamp(recorded: columns.number() ?? 0)
      let reason = columns.number().flatMap { UInt8(exactly: $0) }
        .flatMap(Connection.CloseReason.init)
      let error = columns.number() ?? 0
      let isSent = columns.number()
      let resetReason = columns.text().flatMap { $0.isKernelName ? $0 : nil }
      let neverEstablished = columns.number() == 1
      let isUnseen = columns.number() == 1
      end = Connection.End(
        at: time,
        reason: reason ?? .unknown,
        error: Int32(clamping: error),
        reset: isSent.map { Reset(isSent: $0 == 1, reason: resetReason) },
        neverEstablished: neverEstablished,
        isUnseen: isUnseen
      )
    }
    return end
  }

  private func facts(_ id: Int64) throws -> Facts {
    if let known = facts[id] { return known }
    try readFacts(from: id, before: Self.ahead(of: id))
    guard let read = facts[id] else {
      throw RecordingError.damaged("a delta is of connection \(id), which it does not have")
    }
    return read
  }

  private func readFacts(from first: Int64, before end: Int64) throws {
    try fact.forEach {
      $0.add(first)
      $0.add(end)
    } _: { columns in
      let id = columns.number() ?? 0
      let identity = Connection.ID(
        cookie: UInt64(bitPattern: columns.number() ?? 0),
        generation: UInt64(bitPattern: columns.number() ?? 0)
      )
      let proto = columns.number().flatMap { UInt16(exactly: $0) }.flatMap(TransportProtocol.init)
      let parentCookie = columns.number()
      let parentGeneration = columns.number()
      let local = Self.endpoint(&columns)
      let remote = Self.endpoint(&columns)
      let netns = columns.number() ?? 0
      let direction = columns.number().flatMap { UInt8(exactly: $0) }
        .flatMap(Connection.Direction.init)
      let openedAt = columns.number().map(Timestamp.init(recorded:))
      let seenAt = columns.number().map(Timestamp.init(recorded:))
      guard let proto, let local, let remote else {
        facts[id] = Facts(id: identity, connection: nil)
        return
      }
      var parent: Connection.ID?
      if let parentCookie, let parentGeneration {
        parent = Connection.ID(
          cookie: UInt64(bitPattern: parentCookie),
          generation: UInt64(bitPattern: parentGeneration)
        )
      }
      var connection = Connection(
        id: identity,
        proto: proto,
        parent: parent,
        local: local,
        remote: remote,
        netns: UInt32(clamping: netns),
        direction: direction ?? .unknown,
        state: .established,
        counters: Counters(),
        owner: nil,
        openedAt: openedAt
      )
      connection.seenAt = seenAt
      facts[id] = Facts(id: identity, connection: connection)
    }
  }

  private static func endpoint(_ columns: inout RowStatement.Columns) -> Endpoint? {
    let address = columns.text().flatMap { Address($0) }
    let port = columns.number()
    guard let address, let port else { return nil }
    return Endpoint(address: address, port: UInt16(clamping: port))
  }

  private func owner(_ id: Int64) throws -> Owner {
    if let known = owners[id] { return known }
    try readOwners(from: id, before: Self.ahead(of: id))
    guard let read = owners[id] else {
      throw RecordingError.damaged("a delta is of owner \(id), which it does not have")
    }
    return read
  }

  private func readOwners(from first: Int64, before end: Int64) throws {
    var found: [(id: Int64, process: Int64, source: Owner.Source, isLast: Bool, others: [Int64])] =
      []
    try owner.forEach {
      $0.add(first)
      $0.add(end)
    } _: { columns in
      let id = columns.number() ?? 0
      let process = columns.number() ?? 0
      let source = columns.number().flatMap { UInt8(exactly: $0) }.flatMap(Owner.Source.init)
      let isLast = columns.number() == 1
      let others = columns.text().map(Self.numbers) ?? []
      found.append((id, process, source ?? .unknown, isLast, others))
    }
    for row in found {
      owners[row.id] = Owner(
        process: try process(row.process),
        source: row.source,
        isLast: row.isLast,
        others: try row.others.map { try process($0) }
      )
    }
  }

  /// `[1,2]`.
  private static func numbers(_ text: String) -> [Int64] {
    text.dropFirst().dropLast().split(separator: ",").compactMap { Int64($0) }
  }

  private func process(_ id: Int64) throws -> Process {
    if let known = processes[id] { return known }
    try readProcesses(from: id, before: Self.ahead(of: id))
    guard let read = processes[id] else {
      throw RecordingError.damaged("an owner is process \(id), which it does not have")
    }
    return read
  }

  private func readProcesses(from first: Int64, before end: Int64) throws {
    try process.forEach {
      $0.add(first)
      $0.add(end)
    } _: { columns in
      let id = columns.number() ?? 0
      let pid = columns.number() ?? 0
      let startTicks = columns.number() ?? 0
      let name = columns.text() ?? ""
      let command = columns.text()
      let uid = columns.number() ?? 0
      let user = columns.text()
      let startedAt = Timestamp(recorded: columns.number() ?? 0)
      let gid = columns.number()
      let executable = columns.text()
      let cgroup = columns.text()
      let runtime = columns.text().flatMap(Container.Runtime.init(rawValue:))
      let containerID = columns.text()
      let containerName = columns.text()
      processes[id] = Process(
        id: Process.ID(
          pid: Int32(clamping: pid),
          startTicks: UInt64(bitPattern: startTicks)
        ),
        name: name,
        commandLine: command,
        uid: UInt32(clamping: uid),
        user: user,
        startedAt: startedAt,
        gid: gid.map { UInt32(clamping: $0) },
        executable: executable,
        cgroup: cgroup,
        container: runtime.map {
          Container(runtime: $0, id: containerID ?? "", name: containerName)
        }
      )
    }
  }

  private func namespaces(of batch: Int64) throws -> [NetworkNamespace] {
    var namespaces: [NetworkNamespace] = []
    try namespace.forEach {
      $0.add(batch)
    } _: { columns in
      _ = columns.number()
      let inode = columns.number() ?? 0
      let name = columns.text()
      let source = columns.text()
      let aliases = columns.text().map(StringsJSON.texts) ?? []
      namespaces.append(
        NetworkNamespace(
          inode: UInt32(clamping: inode),
          name: name,
          nameSource: NetworkNamespace.NameSource.allCases.first { "\($0)" == source },
          aliases: aliases,
          isOwn: columns.number() == 1
        )
      )
    }
    return namespaces
  }

  private func health(_ db: Database, of head: Head) throws -> SourceHealth {
    if health?.id != head.health {
      let text = try String.fetchOne(
        db,
        sql: "SELECT json FROM health WHERE id = ?",
        arguments: [head.health]
      )
      let value = text.flatMap { HealthJSON($0) }?.health ?? SourceHealth()
      health = (head.health, value)
    }
    var value = health?.value ?? SourceHealth()
    value.tracked = head.tracked
    value.ownersUnknown = head.ownersUnknown
    value.flows = head.flows
    value.passTime = .nanoseconds(head.passTime)
    value.scanTime = .nanoseconds(head.scanTime)
    value.cpuTime = .nanoseconds(head.cpuTime)
    value.residentBytes = head.residentBytes
    value.mapBytes = head.mapBytes
    value.resetsWithoutSocket = head.resets
    value.dropsWithoutSocket = head.drops
    return value
  }

  /// A row of the table of batches.
  private struct Head {
    let id: Int64
    let segment: Int64
    let time: Int64
    let wallOffset: Int64
    let isKeyframe: Bool
    let firstDelta: Int64
    let deltas: Int64
    let health: Int64
    let tracked: Int
    let ownersUnknown: Int
    let flows: Int
    let passTime: Int64
    let scanTime: Int64
    let cpuTime: Int64
    let residentBytes: UInt64
    let mapBytes: UInt64
    let resets: UInt64?
    let drops: UInt64?

    /// The number of the row behind its last one.
    var end: Int64 { firstDelta + deltas }

    /// `nil` if its number is none that nettop writes.
    init?(_ columns: inout RowStatement.Columns) {
      guard let id = columns.number(), (1...RowNumbers.limit).contains(id) else { return nil }
      self.id = id
      segment = columns.number() ?? 0
      time = columns.number() ?? 0
      // 36 years.
      wallOffset = min(max(columns.number() ?? 0, -(1 << 60)), 1 << 60)
      isKeyframe = columns.number() == 1
      firstDelta = min(max(columns.number() ?? 0, 0), RowNumbers.limit)
      deltas = min(max(columns.number() ?? 0, 0), RowNumbers.limit)
      for _ in 0..<3 { _ = columns.number() }
      health = columns.number() ?? 0
      tracked = Int(columns.figure().map { min($0, 1 << 40) } ?? 0)
      ownersUnknown = Int(columns.figure().map { min($0, 1 << 40) } ?? 0)
      flows = Int(columns.figure().map { min($0, 1 << 40) } ?? 0)
      func duration(_ columns: inout RowStatement.Columns) -> Int64 {
        min(max(columns.number() ?? 0, 0), 1 << 61)
      }
      passTime = duration(&columns)
      scanTime = duration(&columns)
      cpuTime = duration(&columns)
      residentBytes = columns.figure() ?? 0
      mapBytes = columns.figure() ?? 0
      resets = columns.figure()
      drops = columns.figure()
    }
  }
}
