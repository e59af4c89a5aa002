import Connections
import Glibc
import Monitor
import Recording

/// Writes batches to a recording until a signal or `--samples` ends it.
struct RecordRun {
  let source: any ConnectionSource
  let target: RecordingTarget
  /// How many batches are written at most.
  let samples: Int?
  let interval: Duration
  /// When alerts are recorded.
  let alerts: [AlertRule]

  /// How often the file is looked for.
  private static let batchesPerLook = 10

  func run() async throws {
    let signals = try Signals.stream()
    let batches = source.batches(every: interval)
    let ending = Ending()
    var failure: (any Error)?
    var summary = RecordSummary()
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await ending.await(signals, batches) }
        defer { group.cancelAll() }
        try await follow(batches, ending, &summary)
      }
    } catch {
      failure = error
    }
    await source.stop()
    do {
      try await target.recorder.close()
    } catch {
      failure = failure ?? self.failure(error)
    }
    if summary.hasBegun { Failure(summary.text(size: await target.size)).tell() }
    if let failure { throw failure }
    if let signal = ending.signal { Signals.die(of: signal) }
  }

  private func follow(
    _ batches: Batches,
    _ ending: Ending,
    _ summary: inout RecordSummary
  ) async throws {
    let iterator = batches.makeAsyncIterator()
    var left = samples ?? .max
    var heap = Heap()
    var feed = AlertFeed(alerts)
    for hint in alerts.compactMap(\.filter.hint) { Failure(hint).tell() }
    var problem: RecordingError?
    var maintenance: RecordingError?
    var sinceLook = 0
    // What is still missing of an end at the last moment comes with the batch after it. They are one
    // sample: in a millisecond of its own, nothing would have a rate.
    var lastBatches = 2
    var held: [Batch] = []
    while left > 0, lastBatches > 0 {
      if ending.isDue { lastBatches -= 1 }
      let isKeyframe = await target.recorder.needsKeyframe
      guard var batch = try await iterator.next(isKeyframe: isKeyframe) else { return }
      if ending.isDue, !batch.isKeyframe {
        held.append(batch)
        if lastBatches > 0 { continue }
        batch = Batch.merged(held) ?? batch
      }
      if !summary.hasBegun { begin(batch.health) }
      summary.note(batch.health)
      let missing = await target.recorder.missing
      do {
        let events = feed.apply(batch)
        try await target.recorder.append(batch)
        let isWritten = await target.recorder.missing == missing
        if isWritten, problem != nil {
          problem = nil
          Failure("recording again; \(summary.missing) samples are missing so far").tell()
        }
        summary.written += isWritten ? 1 : 0
        summary.missing += isWritten ? 0 : 1
        await report(events, &maintenance)
      } catch let error as RecordingError where error.code == .full || error.code == .busy {
        summary.missing += 1
        if problem?.code != error.code {
          problem = error
          Failure(
            "\(ShellWord.quoted(target.name)): \(error.problem); samples are left out",
            advice: error.advice.map { "\($0); nettop goes on then" }
          ).tell()
        }
      } catch {
        throw failure(error)
      }
      left -= 1
      heap.settle(after: batch.deltas.count)
      sinceLook += 1
      if sinceLook >= Self.batchesPerLook {
        sinceLook = 0
        guard await target.isInPlace else {
          throw Failure("\(ShellWord.quoted(target.name)) was removed or replaced")
        }
      }
    }
  }

  /// Records alerts, and says once what keeps old samples from being dropped: each of several damaged
  /// segments does.
  private func report(_ events: [AlertEvent], _ maintenance: inout RecordingError?) async {
    let raised = events.filter { $0.kind == .raised }
    if !raised.isEmpty {
      do {
        try await target.recorder.append(raised.map(Self.recorded))
      } catch {
        Failure("\(raised.count) alerts could not be recorded: \(error)").tell()
      }
    }
    let problem = await target.recorder.maintenanceProblem
    guard let problem else { return }
    if problem.code != maintenance?.code {
      Failure("old samples cannot be dropped or merged: \(problem.problem)").tell()
    }
    maintenance = problem
  }

  private static func recorded(_ event: AlertEvent) -> RecordedAlert {
    RecordedAlert(rule: event.rule, text: event.text, id: event.id, time: event.wallTime)
  }

  private func begin(_ health: SourceHealth) {
    Failure.tell(health)
    Failure.unseen(health)?.tell()
    let hint = isatty(STDERR_FILENO) == 1 ? "; Ctrl-C ends it" : ""
    Failure("recording to \(ShellWord.quoted(target.name)), source \(health.source)\(hint)").tell()
  }

  private func failure(_ error: any Error) -> Failure {
    let error = (error as? RecordingError) ?? RecordingError(error)
    return Failure(
      "cannot record to \(ShellWord.quoted(target.name)): \(error.problem)",
      advice: error.advice
    )
  }
}
