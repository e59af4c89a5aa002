import Connections
import GRDB
import Glibc

@testable import Recording

/// A recording in a directory of its own, which goes with it.
final class TemporaryRecording {
  let directory: String
  var path: String { "\(directory)/test.nettop" }

  init() throws {
    var template = Array("/tmp/nettop-recording-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw RecordingError(.failed, "no directory") }
    let name = template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    directory = String(decoding: name, as: UTF8.self)
  }

  deinit {
    for suffix in ["", "-wal", "-shm", "-journal"] { unlink(path + suffix) }
    rmdir(directory)
  }

  func writer(
    policy: SegmentPolicy = .file,
    limits: RetentionLimits = RetentionLimits()
  ) throws -> RecordingWriter {
    try RecordingWriter(
      RecordingDatabase.writing(path),
      RecordingWriter.Origin(host: "example", version: "0"),
      policy: policy,
      limits: limits
    )
  }

  func record(
    _ batches: [Batch],
    policy: SegmentPolicy = .file,
    limits: RetentionLimits = RetentionLimits()
  ) throws {
    let writer = try writer(policy: policy, limits: limits)
    for batch in batches { try writer.append(batch) }
    try writer.close()
  }

  /// All batches, in their order.
  func batches() throws -> [Batch] {
    var history = RecordedHistory(try RecordingDatabase.reading(path))
    var batches: [Batch] = []
    var position = Int64.min
    while let next = try history.batch(after: position) {
      batches.append(next.batch)
      position = next.position
    }
    return batches
  }

  func history() throws -> RecordedHistory { RecordedHistory(try RecordingDatabase.reading(path)) }

  func database() throws -> DatabaseQueue { try DatabaseQueue(path: path) }
}
