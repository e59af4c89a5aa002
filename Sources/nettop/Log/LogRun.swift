import Connections
import Glibc
import Monitor
import Resolver
import Screens
import Tracer

/// Writes the events of connections to an output until a signal, its reader or `--samples` ends it.
struct LogRun {
  let output: any LogOutput
  let source: any ConnectionSource
  let tracing: TracingOptions
  let pace: PaceOptions
  let log: LogOptions
  /// When alerts are raised.
  let alerts: [AlertRule]
  let format: LogFormat
  let setup: Setup
  /// Whether the source is a recording, which waits for the reader.
  let isPast: Bool

  /// Short, so that events are reported as they happen.
  private static let interval = Duration.milliseconds(200)

  /// How many ends are kept between two batches: more than come in five intervals at 30,000 connections
  /// a second. A line is far larger than what a source keeps of an end.
  static let endedLimit = 1 << 16

  func run() async throws {
    var choice = EventLog.Choice()
    choice.filter = try tracing.filter(isPast: isPast, of: source)
    if let hint = choice.filter.hint { Failure(hint).tell() }
    choice.events = try log.chosenEvents
    choice.listsExisting = log.existing
    choice.statsInterval = log.statsInterval(of: format)
    choice.alerts = alerts
    for hint in alerts.compactMap(\.filter.hint) { Failure(hint).tell() }
    let events = EventLog(choice, format: format, presentation: setup.settings.presentation)
    let format = format
    let writer = try LineWriter(to: output, limit: log.queueLength(of: format)) { count in
      format.line(Loss(.reader, count), at: Timestamp.now)
    }
    let live = pace.delay == nil ? Self.interval : setup.interval
    let batches = source.batches(every: isPast ? .zero : live)
    let reopening: Set<Int32> = output.path == nil ? [] : [SIGHUP]
    let signals = try Signals.stream(recurring: reopening)
    let ending = Ending()
    var failure: (any Error)?
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          await ending.await(signals, batches) { number in
            guard reopening.contains(number) else { return false }
            writer.reopen()
            return true
          }
        }
        group.addTask {
          await writer.ended()
          ending.come(batches)
        }
        defer { group.cancelAll() }
        try await follow(batches, events, writer, ending)
      }
    } catch {
      // The lines before it are written all the same.
      failure = error
    }
    await source.stop()
    let missing = try await writer.finish()
    if missing > 0 {
      let reason = output.path == nil ? "the reader has stopped reading" : "the file had no room"
      Failure("\(missing) lines were not written: \(reason)").tell()
    }
    if let failure { throw failure }
    if let signal = ending.signal { Signals.die(of: signal) }
  }

  private func follow(
    _ batches: Batches,
    _ events: EventLog,
    _ writer: LineWriter,
    _ ending: Ending
  ) async throws {
    var events = events
    var left = pace.samples ?? .max
    var heap = Heap()
    func offer(_ line: LogLine) {
      guard left > 0 else { return }
      if isPast { writer.waitForRoom() }
      if writer.offer(line) { left -= 1 }
    }
    defer { events.finish(offer) }
    let iterator = batches.makeAsyncIterator()
    var isFirst = true
    // What is still missing of an end at the last moment comes with the batch after it.
    var lastBatches = 2
    while lastBatches > 0, left > 0 {
      if ending.isDue { lastBatches -= 1 }
      guard let batch = try await iterator.next() else { break }
      if isFirst {
        Failure.tell(batch.health)
        Failure.unseen(batch.health)?.tell()
      }
      isFirst = false
      events.apply(batch, names: setup.resolver.names, offer)
      heap.settle(after: batch.deltas.count)
    }
  }
}
