import Connections
import SystemPackage

/// What all live sources of this host have in common about batches: their numbers and times, the names
/// of the namespaces in them, and what becomes of those that lack something.
struct BatchBuilder {
  private let proc: ProcFS
  private let clock: BootClock
  private let boot: String
  /// The names of the namespaces that batches had.
  var namespaces: NamespaceTable
  private var failures = PassFailures()
  /// Whether the next batch has to be a keyframe.
  private var owesKeyframe = true
  /// The number of the last batch.
  private var sequence: UInt64 = 0
  /// As `Batch.wallOffset`.
  private var wallOffset: Int64 = 0

  init(finder: NamespaceFinder, proc: ProcFS, clock: BootClock) {
    self.proc = proc
    self.clock = clock
    boot = proc.bootID ?? ""
    namespaces = NamespaceTable(finder: finder)
  }

  /// Whether a batch is to be a keyframe.
  func isKeyframe(_ isAskedFor: Bool) -> Bool { isAskedFor || owesKeyframe }

  /// Takes in how the work for a batch went.
  ///
  /// - Parameters:
  ///   - failure: the first that it met, `nil` if it met none.
  ///   - work: what the kernel was to do: `read its sockets`.
  /// - Returns: whether the batch is a keyframe: one that lacks something is none, and the next is.
  /// - Throws: `failed`, where it failed several times in a row.
  mutating func finish(
    isKeyframe: Bool,
    _ failure: Errno?,
    at work: String
  ) throws(SourceError) -> Bool {
    do throws(Errno) {
      try failures.done(failure)
    } catch {
      throw SourceError(
        .failed,
        "the kernel refused to \(work), \(PassFailures.mostInARow) times in a row",
        advice: "start it again; if that does not help, please report it, with the line below",
        detail: error.description
      )
    }
    owesKeyframe = isKeyframe && failure != nil
    return isKeyframe && failure == nil
  }

  /// The namespaces of what opened or ended that are new or have another name.
  mutating func name(_ deltas: [Delta], at now: Timestamp) -> [NetworkNamespace] {
    var inodes: Set<UInt32> = []
    for delta in deltas {
      switch delta {
      case .upsert(let connection), .ended(let connection): inodes.insert(connection.netns)
      case .counters, .annotated: break
      }
    }
    return namespaces.update(inodes, at: now)
  }

  /// What a shortage of files keeps without a name; `nil` if nothing.
  var unnamed: Limitation? { Limitation.unnamed(namespaces.shortages) }

  /// A batch, with what the source has cost so far.
  ///
  /// - Parameter now: when its figures were read.
  mutating func batch(
    _ deltas: [Delta],
    _ named: [NetworkNamespace],
    _ health: inout SourceHealth,
    at now: Timestamp,
    isKeyframe: Bool
  ) -> Batch {
    sequence += 1
    wallOffset = clock.wallOffset(after: wallOffset)
    health[.passes] = failures.count
    health.cpuTime = Usage.cpuTime
    health.residentBytes = Usage.residentBytes(proc: proc)
    return Batch(
      sequence: sequence,
      isKeyframe: isKeyframe,
      boot: boot,
      time: now,
      wallOffset: wallOffset,
      deltas: deltas,
      namespaces: named,
      health: health
    )
  }
}

/// How long something takes.
func measured<Failure>(_ body: () throws(Failure) -> Void) throws(Failure) -> Duration {
  let clock = ContinuousClock()
  let start = clock.now
  try body()
  return clock.now - start
}
