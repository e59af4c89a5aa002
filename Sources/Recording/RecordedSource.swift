package import Connections

/// A recording as a source: its batches from one moment to another, as fast as they are asked for.
package actor RecordedSource: ConnectionSource {
  /// What of a recording is read.
  package struct Choice: Hashable, Sendable {
    /// By the wall clock; `nil` for the first moment there is.
    package var begin: Timestamp?
    /// By the wall clock; `nil` for the last moment there is.
    package var end: Timestamp?
    /// Seconds between two batches at least: those between them are merged.
    package var step: Double
    /// Whether only the last batch is read, after one with all that comes before it.
    package var isLastOnly: Bool

    package init(
      begin: Timestamp? = nil,
      end: Timestamp? = nil,
      step: Double = 0,
      isLastOnly: Bool = false
    ) {
      self.begin = begin
      self.end = end
      self.step = step
      self.isLastOnly = isLastOnly
    }
  }

  package nonisolated let startedAt: Timestamp
  package nonisolated var inspector: (any SocketInspector)? { nil }
  package nonisolated var actor: (any SocketActor)? { nil }

  private let recording: Recording
  private let choice: Choice
  private var merger = BatchMerger()
  /// The position of the last batch that was read; `nil` before the first.
  private var position: Int64?
  /// A batch that was read ahead.
  private var next: PastBatch?
  private var open: Set<Connection.ID> = []
  /// The boot of the last batch.
  private var boot = ""
  /// When the last batch was made, by the wall clock.
  private var last: Timestamp?
  private var sequence: UInt64 = 0
  /// Seconds in which nothing was recorded, in the gaps so far.
  private var missing: UInt64 = 0
  private var isOver = false

  /// - Throws: where nothing was recorded in that time.
  package init(_ recording: Recording, _ choice: Choice) async throws {
    self.recording = recording
    self.choice = choice
    let coverage = try await recording.coverage()
    guard let first = coverage.first?.lowerBound, let last = coverage.last?.upperBound else {
      throw RecordingError(.failed, "nothing was recorded yet")
    }
    startedAt = first
    if let begin = choice.begin, begin > last {
      throw RecordingError(.failed, "the recording ends before that time")
    }
    if let end = choice.end, end < first {
      throw RecordingError(.failed, "the recording begins after that time")
    }
    if let begin = choice.begin, let end = choice.end, end < begin {
      throw RecordingError(.failed, "the end comes before the beginning")
    }
  }

  package func stop() { isOver = true }

  package func nextBatch(isKeyframe: Bool) async throws -> Batch? {
    if isOver { return nil }
    sequence += 1
    guard position != nil else { return try await base() }
    guard let first = try await take() else { return nil }
    if isAfterGap(first) {
      missing += secondsMissing(before: first.batch)
      if !open.isEmpty {
        // Nobody saw what became of these.
        next = first
        position = first.position - 1
        return ends(before: first.batch)
      }
    }
    position = first.position
    var batches = [first]
    while choice.step > 0, let following = try await take() {
      let due = last?.shifted(by: Int64(choice.step * 1e9)) ?? following.batch.wallTime
      if isAfterGap(following) || batches[batches.count - 1].batch.wallTime >= due {
        next = following
        break
      }
      position = following.position
      batches.append(following)
    }
    return made(of: batches)
  }

  /// The next batch in time; `nil` at the end.
  private func take() async throws -> PastBatch? {
    if let next = next.take() { return next }
    guard let batch = try await recording.batch(after: position ?? .min) else { return nil }
    if let end = choice.end, batch.batch.wallTime > end { return nil }
    return batch
  }

  /// Whether something is missing between the last batch that was read and this one.
  private func isAfterGap(_ batch: PastBatch) -> Bool {
    let distance = batch.position.subtractingReportingOverflow(position ?? 0).partialValue
    return distance > 1 && batch.batch.isKeyframe
  }

  /// How long the gap before a batch is; at least 1, as the clock can have been set.
  private func secondsMissing(before batch: Batch) -> UInt64 {
    let seconds = last.map { batch.wallTime.seconds(since: $0) } ?? 0
    return UInt64(min(max(seconds.rounded(), 1), 1e12))
  }

  private func health(_ batch: Batch) -> SourceHealth {
    var health = batch.health
    health[.gap] = missing
    return health
  }

  /// All that is open where reading begins.
  private func base() async throws -> Batch? {
    let moment: Timestamp? = choice.isLastOnly ? (choice.end ?? .distantFuture) : choice.begin
    var place = try await recording.position(at: moment ?? .distantPast)
    if choice.isLastOnly, let last = place {
      place = try await recording.position(before: last) ?? last
    }
    guard let place else { return nil }
    position = place
    let batches = try await recording.batches(upTo: place)
    guard let merged = merger.merge(batches.map(Self.recorded)), let last = batches.last else {
      return nil
    }
    return batch(
      last.batch,
      merged.batch.deltas.filter { !$0.isEnd },
      isKeyframe: true,
      namespaces: merged.batch.namespaces
    )
  }

  private func made(of batches: [PastBatch]) -> Batch? {
    guard let last = batches.last?.batch else { return nil }
    if choice.step == 0 {
      return batch(last, last.deltas, isKeyframe: last.isKeyframe, namespaces: last.namespaces)
    }
    guard let merged = merger.merge(batches.map(Self.recorded)) else { return nil }
    return batch(
      last,
      merged.batch.deltas,
      isKeyframe: batches.first?.batch.isKeyframe == true,
      namespaces: merged.batch.namespaces
    )
  }

  private func ends(before batch: Batch) -> Batch? {
    guard let last else { return nil }
    let time = last.shifted(by: -batch.wallOffset)
    // After another boot, an identity is another connection.
    let goesOn = boot == batch.boot ? Set(batch.deltas.compactMap(\.openConnection)) : []
    let deltas = open.subtracting(goesOn).sorted().map {
      Delta.ended(Connection(unseenEndOf: $0, netns: 0, at: time))
    }
    open = []
    // What the merger knows of them holds no longer either.
    merger = BatchMerger()
    return Batch(
      sequence: sequence,
      boot: batch.boot,
      time: time,
      wallOffset: batch.wallOffset,
      deltas: deltas,
      namespaces: [],
      health: health(batch)
    )
  }

  private func batch(
    _ last: Batch,
    _ deltas: [Delta],
    isKeyframe: Bool,
    namespaces: [NetworkNamespace]
  ) -> Batch {
    self.last = last.wallTime
    boot = last.boot
    for delta in deltas {
      switch delta {
      case .upsert(let connection): open.insert(connection.id)
      case .ended(let connection): open.remove(connection.id)
      case .counters, .annotated: break
      }
    }
    return Batch(
      sequence: sequence,
      isKeyframe: isKeyframe,
      boot: last.boot,
      time: last.time,
      wallOffset: last.wallOffset,
      deltas: deltas,
      namespaces: namespaces,
      health: health(last)
    )
  }

  private static func recorded(_ past: PastBatch) -> RecordedBatch {
    RecordedBatch(id: past.position, past.batch)
  }
}

extension Delta {
  /// The connection that it reports as open, whole.
  fileprivate var openConnection: Connection.ID? {
    if case .upsert(let connection) = self { connection.id } else { nil }
  }

  fileprivate var isEnd: Bool { if case .ended = self { true } else { false } }
}

extension Timestamp {
  fileprivate static let distantPast = Timestamp(nanoseconds: .min)
  fileprivate static let distantFuture = Timestamp(nanoseconds: .max)
}
