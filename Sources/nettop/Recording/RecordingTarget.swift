import Connections
import Recording
import Threads

/// A recording that is being written.
struct RecordingTarget: Sendable {
  /// The file as it was given.
  let name: String
  let recorder: Recorder
  private let claim: FileClaim
  private let files: ThreadActor

  init(name: String, recorder: Recorder, claim: FileClaim, thread: ThreadExecutor) {
    self.name = name
    self.recorder = recorder
    self.claim = claim
    files = ThreadActor(thread)
  }

  /// Whether the file is still where it was made.
  var isInPlace: Bool {
    get async { (try? await files.perform { claim.isInPlace }) ?? false }
  }

  /// In bytes.
  var size: UInt64 {
    get async { (try? await files.perform { claim.size }) ?? 0 }
  }
}
