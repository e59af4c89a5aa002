import Connections
import Tracer

/// Runs all checks in turn.
struct DoctorRun {
  /// For how many seconds the host's connections are followed; `nil` for not at all.
  let watch: Int?
  /// Begins to follow the connections of this host.
  let open: @Sendable () throws(SourceError) -> any ConnectionSource

  /// Short, as the self-test waits for each batch.
  private static let interval = Duration.milliseconds(100)

  func run(_ report: inout DoctorReport) async throws {
    try report.begin("What this host supports")
    let facts = HostFacts()
    for check in HostCheck.all { try report.add(check.finding(facts)) }
    let source: any ConnectionSource
    do throws(SourceError) {
      source = try open()
    } catch {
      report.isNotPermitted = error.code == .notPermitted
      let note = error.needsRoot ? "or the capabilities listed above" : error.detail
      let message = note.map { "\(error.problem) (\($0))" } ?? error.problem
      let cure = error.needsRoot ? "try: \(Launch.commandAsRoot)" : error.advice
      try report.add(Finding("programs", .failure, message, cure: cure))
      return
    }
    try report.add(.ok("programs", "loaded and attached"))

    let batches = source.batches(every: Self.interval)
    let iterator = batches.makeAsyncIterator()
    var followed = Followed(keepsEnded: true)
    if let batch = try await iterator.next() { followed.apply(batch) }
    for check in TracerCheck.all { try report.add(check.finding(followed.health, facts)) }
    for limitation in followed.health.limitations where limitation.extent != .chosen {
      try report.add(
        Finding(
          "limitation",
          .warning,
          "unknown here: \(limitation.what)",
          cure: limitation.remedy
        )
      )
    }

    let selfTest = SelfTest(iterator)
    let place = selfTest.namespace.isNew ? "in a network namespace of its own" : "on loopback"
    try report.begin("Self-test, \(place)")
    for test in SelfTestCase.all { try report.add(try await selfTest.run(test, &followed)) }

    if let watch { try await follow(batches, iterator, followed, seconds: watch, &report) }
    await source.stop()
  }

  private func follow(
    _ batches: Batches,
    _ iterator: Batches.Iterator,
    _ followed: Followed,
    seconds: Int,
    _ report: inout DoctorReport
  ) async throws {
    try report.begin("The host's connections, for up to \(seconds) seconds")
    let ending = Ending()
    let signals = try Signals.stream()
    let waiting = Task { await ending.await(signals, batches) }
    defer { waiting.cancel() }
    let watch = Watch(seconds: seconds, batches: iterator, pace: batches, ending: ending)
    try await watch.run(followed, &report)
    try report.begin(
      "Devices also count headers, other protocols and forwarded traffic, so they report more than"
        + " nettop shows."
    )
  }
}
