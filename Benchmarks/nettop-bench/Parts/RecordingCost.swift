import Connections
import Glibc
import Monitor
import Recording
import Screens
import Terminal
import Threads

/// What a recording costs to write, how large it gets, and how soon it shows any of its moments: no
/// kernel, batches of a host that is not there.
struct RecordingCost {
  private static let connections: UInt64 = 1000

  private let quick: Bool

  init(quick: Bool) { self.quick = quick }

  func measure(_ report: inout Report) async throws {
    try await measureDense(&report)
    try await measureDay(&report)
    try await measureMemory(&report)
  }

  /// Ten thousand changes a second, a million deltas.
  private func measureDense(_ report: inout Report) async throws {
    let changes: UInt64 = 10_000
    let seconds: UInt64 = quick ? 30 : 100
    let file = try RecordingFile(limits: RetentionLimits(thins: false))
    let cpu = Clocks.cpu
    var batches = 0.0
    try await file.write(changes) { count in
      Self.dense(changes, count: count, to: seconds)
    } took: {
      batches += $0
    }
    let written = Clocks.cpu - cpu - batches
    let deltas = Double(changes * seconds)
    report.add("10,000 changes a second, CPU", written / Double(seconds), .percent)
    report.add("a change, CPU", written / deltas, .microseconds)
    report.add("a change, bytes", Double(file.size) / deltas, .plain)
    try await measureReading(file, "\(Int(deltas)) deltas", &report)
  }

  /// A host with 1,000 connections of which 2 % change each second, for a day.
  private func measureDay(_ report: inout Report) async throws {
    let seconds: UInt64 = quick ? 7200 : 86_400
    for thins in [false, true] {
      let file = try RecordingFile(limits: RetentionLimits(thins: thins))
      let cpu = Clocks.cpu
      var batches = 0.0
      try await file.write(20) { count in
        Self.dense(20, count: count, to: seconds)
      } took: {
        batches += $0
      }
      let written = Clocks.cpu - cpu - batches
      let what = thins ? "thinned with age" : "as recorded"
      let days = Double(seconds) / 86_400
      report.add(
        "1,000 connections, 20 changes a second, bytes a connection and day, \(what)",
        Double(file.size) / days / Double(Self.connections),
        .plain
      )
      report.add(
        "1,000 connections, 20 changes a second, CPU, \(what)",
        written / Double(seconds),
        .percent
      )
      try await measureReading(file, "\(seconds / 3600) hours, \(what)", &report)
    }
  }

  /// The last minutes of the live screen.
  private func measureMemory(_ report: inout Report) async throws {
    let history = try RecentHistory()
    var keyframes = Keyframes()
    for batch in Self.dense(1000, count: Self.connections, to: quick ? 120 : 900) {
      keyframes.follow(batch)
      let all = keyframes.all
      await history.append(batch, connections: { all })
    }
    report.add(
      "the screen's last ten minutes, 1,000 changes a second",
      Double(try await history.size),
      .megabytes
    )
  }

  /// Opening, to the first frame, and jumps, each to its frame.
  private func measureReading(
    _ file: RecordingFile,
    _ what: String,
    _ report: inout Report
  ) async throws {
    let start = Clocks.now
    let recording = try await file.open()
    let coverage = try await recording.coverage()
    guard let first = coverage.first?.lowerBound, let last = coverage.last?.upperBound else {
      return
    }
    let begin = try await recording.position(at: first) ?? 0
    try await show(recording, begin)
    report.add(
      "\(what): open, to the first frame",
      Clocks.now - start,
      .milliseconds,
      budget: .atMost(0.1)
    )
    var times: [Double] = []
    let length = last.nanoseconds - first.nanoseconds
    for number in 0..<21 {
      let start = Clocks.now
      let moment = first.shifted(by: length / 21 * Int64(number * 13 % 21))
      let position = try await recording.position(at: moment) ?? 0
      try await show(recording, position)
      times.append(Clocks.now - start)
    }
    report.add("\(what): a jump, median", times.median, .milliseconds, budget: .atMost(0.1))
    report.add("\(what): a jump, longest", times.max() ?? 0, .milliseconds, budget: .atMost(0.1))
    let bar = Clocks.now
    _ = try await recording.activity(in: first...last, parts: 80)
    report.add("\(what): what the bar shows", Clocks.now - bar, .milliseconds)
  }

  private func show(_ recording: Recording, _ position: Int64) async throws {
    var state = ScreenState(host: "bench")
    for past in try await recording.batches(upTo: position) { state.apply(past.batch) }
    var canvas = Canvas(width: 200, height: 50)
    state.draw(into: &canvas)
  }

  /// A keyframe, and a batch a second.
  private static func dense(
    _ changes: UInt64,
    count: UInt64,
    to seconds: UInt64
  ) -> some Sequence<Batch> {
    (0..<seconds).lazy.map { second in
      second == 0
        ? Synthetic.opening(count) : Synthetic.change(changes, of: count, round: second)
    }
  }
}

/// A recording in the directory for temporary files, which goes with it.
private final class RecordingFile {
  private let path = "/var/tmp/nettop-bench-\(getpid()).nettop"
  private let recorder: Recorder
  private let thread: ThreadExecutor

  init(limits: RetentionLimits) throws {
    guard let thread = ThreadExecutor() else { throw BenchError("no thread") }
    self.thread = thread
    unlink(path)
    close(Glibc.open(path, O_RDWR | O_CREAT | O_EXCL, 0o600))
    recorder = try Recorder(
      path: path,
      RecordingWriter.Origin(host: "bench", version: "0"),
      limits: limits,
      on: thread
    )
  }

  deinit {
    unlink(path)
  }

  func write(
    _ changes: UInt64,
    _ batches: (UInt64) -> some Sequence<Batch>,
    took: (Double) -> Void
  ) async throws {
    var iterator = batches(1000).makeIterator()
    var keyframes = Keyframes()
    while true {
      let start = Clocks.cpu
      guard var batch = iterator.next() else { break }
      keyframes.follow(batch)
      if await recorder.needsKeyframe { batch = keyframes.keyframe(like: batch) }
      took(Clocks.cpu - start)
      try await recorder.append(batch)
    }
    try await recorder.close()
  }

  var size: Int64 {
    var status = stat()
    return stat(path, &status) == 0 ? Int64(status.st_size) : 0
  }

  func open() async throws -> Recording {
    let (path, thread) = (path, thread)
    return try await ThreadActor(thread).perform { try Recording(path: path, on: thread) }
  }
}

/// Makes keyframes of batches, as a source does.
private struct Keyframes {
  private var connections: [Connection.ID: Connection] = [:]

  mutating func follow(_ batch: Batch) {
    for delta in batch.deltas {
      switch delta {
      case .upsert(let connection): connections[connection.id] = connection
      case .counters(let id, let state, let counters):
        connections[id]?.state = state
        connections[id]?.counters = counters
      case .ended(let connection): connections[connection.id] = nil
      case .annotated(let id, let owner): connections[id]?.owner = owner
      }
    }
  }

  var all: [Connection] { Array(connections.values) }

  func keyframe(like batch: Batch) -> Batch {
    Batch(
      sequence: batch.sequence,
      isKeyframe: true,
      boot: batch.boot,
      time: batch.time,
      deltas: all.map { .upsert($0) },
      namespaces: batch.namespaces,
      health: batch.health
    )
  }
}
