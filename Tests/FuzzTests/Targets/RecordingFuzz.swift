import Connections
import GRDB
import Glibc
import Samples
import Terminal

@testable import Monitor
@testable import Recording
@testable import Screens

/// A recording whose bytes or values somebody changed: it is read to the end, or an error says why not.
final class RecordingFuzz: Sendable {
  static let shared = RecordingFuzz()

  private let image: [UInt8]
  /// Every column of every table.
  private let columns: [(table: String, column: String)]

  private init() {
    let path = Self.path
    unlink(path)
    let (image, columns) =
      (try? Self.make(path)) ?? ([], [])
    precondition(!image.isEmpty, "no recording to begin with")
    self.image = image
    self.columns = columns
    unlink(path)
  }

  private static var path: String { "/tmp/nettop-fuzz-\(getpid()).nettop" }

  private static func make(_ path: String) throws -> ([UInt8], [(String, String)]) {
    let writer = try RecordingWriter(
      RecordingDatabase.writing(path),
      RecordingWriter.Origin(host: "example", version: "0"),
      policy: .file,
      limits: RetentionLimits()
    )
    var random = RandomBatches(1)
    for number in 1...6 {
      let batch = random.next(deltas: 6)
      try writer.append(
        Batch(
          sequence: UInt64(number),
          isKeyframe: number % 3 == 1,
          boot: "boot",
          time: batch.time,
          deltas: batch.deltas,
          namespaces: batch.namespaces,
          health: batch.health
        )
      )
    }
    try writer.append([
      RecordedAlert(rule: "rule", text: "text", id: Sample.id(1), time: Sample.time(1))
    ])
    try writer.close()
    let queue = try DatabaseQueue(path: path)
    let columns = try queue.read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT m.name AS t, c.name AS c FROM sqlite_schema m, pragma_table_info(m.name) c
          WHERE m.type = 'table' ORDER BY m.name, c.cid
          """
      ).map { ($0["t"] as String, $0["c"] as String) }
    }
    try queue.close()
    return (try bytes(of: path), columns)
  }

  private static func bytes(of path: String) throws -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    defer { close(file) }
    var status = stat()
    fstat(file, &status)
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    read(file, &bytes, bytes.count)
    return bytes
  }

  /// The first byte chooses whether the others change bytes of the file or values of its tables.
  func run(_ bytes: [UInt8]) {
    guard let first = bytes.first else { return }
    let path = Self.path
    var image = image
    let changes = Array(bytes.dropFirst())
    if first % 2 == 0 { patch(&image, changes) }
    let file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    write(file, image, image.count)
    close(file)
    defer { for suffix in ["", "-journal", "-wal", "-shm"] { unlink(path + suffix) } }
    if first % 2 == 1 { try? change(path, changes) }
    do {
      try readAll(path)
    } catch {
      precondition(error is RecordingError, "\(error)")
    }
    do {
      try append(to: path)
    } catch {
      precondition(error is RecordingError, "\(error)")
    }
  }

  /// Three bytes for the place, one for how many follow, and those.
  private func patch(_ image: inout [UInt8], _ changes: [UInt8]) {
    var rest = changes[...]
    while rest.count > 4 {
      let bytes = rest.prefix(4).map(Int.init)
      rest = rest.dropFirst(4)
      let place = (bytes[0] << 16 | bytes[1] << 8 | bytes[2]) % image.count
      for (offset, byte) in rest.prefix(bytes[3] % 16 + 1).enumerated()
      where place + offset < image.count { image[place + offset] = byte }
      rest = rest.dropFirst(bytes[3] % 16 + 1)
    }
  }

  /// A byte for the column, one for the row, one for the kind and length of the value, and its bytes.
  private func change(_ path: String, _ changes: [UInt8]) throws {
    let queue = try DatabaseQueue(path: path)
    defer { try? queue.close() }
    try queue.write { db in
      var rest = changes[...]
      while rest.count > 3 {
        let head = Array(rest.prefix(3))
        let (table, column) = columns[Int(head[0]) % columns.count]
        let length = Int(head[2] & 0xf)
        let value = Array(rest.dropFirst(3).prefix(length))
        rest = rest.dropFirst(3 + length)
        let bound: DatabaseValue =
          switch head[2] >> 6 {
          case 0: .null
          case 1: String(decoding: value, as: UTF8.self).databaseValue
          default:
            value.reduce(Int64(bitPattern: head[2] & 0x20 == 0 ? 0 : .max)) { $0 << 8 | Int64($1) }
              .databaseValue
          }
        let keys = try DatabaseValue.fetchAll(db, sql: "SELECT \(column) FROM \(table)")
        guard !keys.isEmpty else { continue }
        // What a constraint refuses stays.
        try? db.execute(
          sql: "UPDATE \(table) SET \(column) = ? WHERE \(column) IS ?",
          arguments: [bound, keys[Int(head[1]) % keys.count]]
        )
      }
    }
  }

  /// Goes on with it, hours later and within limits: segments are merged and dropped.
  private func append(to path: String) throws {
    let writer = try RecordingWriter(
      RecordingDatabase.writing(path),
      RecordingWriter.Origin(host: "example", version: "0"),
      policy: .file,
      limits: RetentionLimits(size: 60_000, age: 7200)
    )
    for number in 1...3 {
      try writer.append(
        Batch(
          sequence: UInt64(number),
          isKeyframe: true,
          boot: "boot",
          time: Sample.time(Double(number) * 5000),
          deltas: [.upsert(Sample.connection(UInt64(number)))],
          namespaces: [],
          health: SourceHealth()
        )
      )
    }
    try writer.close()
  }

  private func readAll(_ path: String) throws {
    var history = RecordedHistory(try RecordingDatabase.reading(path))
    let coverage = try history.coverage()
    if let first = coverage.first, let last = coverage.last, first.lowerBound <= last.upperBound {
      _ = try history.activity(in: first.lowerBound...last.upperBound, parts: 40)
    }
    var state = ScreenState(host: "example")
    var log = EventLog(EventLog.Choice(), format: .json)
    var canvas = Canvas(width: 80, height: 24)
    var position = Int64.min
    var count = 0
    while count < 100, let next = try history.batch(after: position) {
      precondition(next.position > position)
      position = next.position
      count += 1
      state.apply(next.batch)
      log.apply(next.batch) { _ in }
      state.draw(into: &canvas)
    }
    if let end = try history.position(at: Sample.time(1)) {
      for past in try history.batches(upTo: end) { state.apply(past.batch) }
      _ = try history.position(before: end)
    }
    state.draw(into: &canvas)
  }
}
