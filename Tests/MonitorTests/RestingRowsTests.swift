import Connections
import Samples
import Testing

@testable import Monitor

/// Rows in a fraction of their size, while nothing happens to their connections.
struct RestingRowsTests {
  /// A row with figures of chance: few digits, or any.
  private func row(_ cookie: UInt64, _ generator: inout SeededGenerator, isUsual: Bool) -> Row {
    var counters = Counters()
    for metric in Metric.all {
      switch metric.store {
      case .number(let store):
        let most: UInt64 = isUsual ? 5000 : .max
        store(
          &counters,
          Bool.random(using: &generator) ? nil : .random(in: 0...most, using: &generator)
        )
      case .text(let store): store(&counters, isUsual ? "cubic" : "bbr")
      }
    }
    // A row with these is no plain one.
    (counters.accepted, counters.lossCauses) = (nil, nil)
    let address = isUsual ? "10.0.0.7" : RandomBatches.addresses.randomElement(using: &generator)
    let connection = Sample.connection(
      cookie,
      proto: isUsual ? .tcp : TransportProtocol.allCases.randomElement(using: &generator) ?? .udp,
      remote: Sample.endpoint(address ?? "::1", .random(in: 1...65535, using: &generator)),
      counters: counters,
      openedAt: isUsual ? nil : Double.random(in: 0...1e6, using: &generator)
    )
    var row = Row(connection, owner: Int32(cookie % 7), sample: cookie, at: Sample.time(1))
    row.isLocal = Bool.random(using: &generator)
    row.isNewDestination = [nil, false, true].randomElement(using: &generator) ?? nil
    return row
  }

  @Test func areTheSameWhenTheyAreWoken() {
    var generator = SeededGenerator(7)
    var resting = RestingRows()
    var rows: [Row] = []
    for cookie in 1...2000 {
      rows.append(row(UInt64(cookie), &generator, isUsual: cookie % 3 != 0))
    }
    for row in rows { resting.insert(row) }
    var visited: [UInt64: String] = [:]
    resting.readAll { visited[$0.id.cookie] = "\($0)" }
    for row in rows { #expect(visited[row.id.cookie] == "\(row)") }
    // Others take the place of those that wake.
    for (index, row) in rows.enumerated() where index % 2 == 0 {
      let woken = resting.remove(row.id)
      #expect(woken.map { "\($0)" } == "\(row)")
      #expect(!resting.has(row.id))
      resting.insert(rows[index])
    }
    #expect(resting.count == rows.count)
    for row in rows {
      let woken = resting.remove(row.id)
      #expect(woken.map { "\($0)" } == "\(row)")
    }
    #expect(resting.ids.isEmpty)
  }

  @Test func takeLessThanHalfOfTheMemory() {
    var generator = SeededGenerator(8)
    var resting = RestingRows()
    for cookie in 1...5000 { resting.insert(row(UInt64(cookie), &generator, isUsual: true)) }
    #expect(resting.bytes < 5000 * MemoryLayout<Row>.stride / 2)
  }

  @Test func memoryIsGivenBack() {
    var generator = SeededGenerator(9)
    var resting = RestingRows()
    var rows: [Row] = []
    for cookie in 1...20_000 {
      rows.append(row(UInt64(cookie), &generator, isUsual: cookie % 2 == 0))
      resting.insert(rows[cookie - 1])
    }
    let bytes = resting.bytes
    for row in rows.dropFirst(500) { _ = resting.remove(row.id) }
    resting.shrink()
    #expect(resting.bytes < bytes / 10)
    for row in rows.prefix(500) {
      let woken = resting.remove(row.id)
      #expect(woken.map { "\($0)" } == "\(row)")
    }
  }

  /// Where alerts are watched for, no row rests.
  @Test(arguments: 1...8)
  func aLogHasTheSameLinesWithAndWithoutThem(_ seed: UInt64) throws {
    var batches: [Batch] = []
    var random = RandomBatches(seed)
    for _ in 0..<60 { batches.append(random.next(deltas: 12)) }
    var choice = EventLog.Choice()
    choice.listsExisting = true
    choice.statsInterval = 5
    var lines: [[String]] = []
    for alerts in [[], [try AlertRule(parsing: "rtt>100h")]] {
      choice.alerts = alerts
      var log = EventLog(choice, format: .records(LogRecords(.json)))
      lines.append(log.texts(of: batches).sorted())
    }
    #expect(lines[0].count > 100)
    #expect(lines[0] == lines[1])
  }

  @Test func aTableHoldsOnlyTheRowsOfTheLastBatch() {
    var table = ConnectionTable(retention: .sample, restsRows: true)
    let connections = (1...10_000).map { Sample.connection(UInt64($0)) }
    let listener = Sample.connection(
      10_001,
      remote: Sample.endpoint("0.0.0.0", 0),
      state: .listen,
      counters: Counters(accepted: 3)
    )
    _ = table.apply(Sample.batch(0, (connections + [listener]).map(Delta.upsert)))
    #expect(table.room >= 10_000)
    table.rest()
    for second in 1...3 {
      let change = Delta.counters(connections[second].id, .established, Counters(bytesSent: 9))
      _ = table.apply(Sample.batch(Double(second), [change]))
      #expect(table.slot(of: connections[second].id) != nil)
      #expect(table.slot(of: connections[second + 1].id) == nil)
      #expect(table.has(connections[second + 1].id))
      table.clean(table.takeDirty())
      table.rest()
    }
    #expect(table.room < 5000)
    #expect(table.slot(of: listener.id) != nil)
    var count = 0
    table.forEachRow { _ in count += 1 }
    #expect(count == 10_001)
  }

  @Test func aKeyframeEndsThoseThatItDoesNotHave() {
    func batch(_ sequence: UInt64, _ deltas: [Delta]) -> Batch {
      Batch(
        sequence: sequence,
        isKeyframe: true,
        time: Sample.time(Double(sequence)),
        deltas: deltas,
        namespaces: [],
        health: SourceHealth()
      )
    }
    var table = ConnectionTable(retention: .sample, restsRows: true)
    let (one, two) = (Sample.connection(1), Sample.connection(2))
    _ = table.apply(batch(1, [.upsert(one), .upsert(two)]))
    table.rest()
    _ = table.apply(batch(3, [.upsert(two)]))
    #expect(table.slot(of: one.id).flatMap { table[$0] }?.end?.isUnseen == true)
    #expect(table.slot(of: two.id).flatMap { table[$0] }?.end == nil)
  }
}
