package import Connections
import GRDB

/// Writes a recording to a file.
package actor Recorder {
  private let writer: RecordingWriter
  private let executor: any SerialExecutor

  package nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  /// - Parameters:
  ///   - path: an absolute one; the file exists, and is empty or a recording.
  ///   - executor: where the file is written, from the call of this initializer on; its thread has
  ///     the rights to.
  package init(
    path: String,
    _ origin: RecordingWriter.Origin,
    limits: RetentionLimits,
    on executor: any SerialExecutor
  ) throws(RecordingError) {
    writer = try RecordingWriter(
      RecordingDatabase.writing(path),
      origin,
      policy: .file,
      limits: limits
    )
    self.executor = executor
  }

  /// Whether the next batch is to be a keyframe.
  package var needsKeyframe: Bool { writer.needsKeyframe }

  /// Batches that are not in the recording.
  package var missing: UInt64 { writer.missing }

  /// Why old samples could not be dropped or merged lately.
  package var maintenanceProblem: RecordingError? { writer.maintenanceProblem }

  /// - Throws: a `RecordingError`; what was written before stays.
  package func append(_ batch: Batch) throws { try writer.append(batch) }

  package func append(_ alerts: [RecordedAlert]) throws { try writer.append(alerts) }

  /// Ends the recording in good order.
  package func close() throws { try writer.close() }
}
