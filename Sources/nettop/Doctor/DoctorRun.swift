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
    let opened: Result<any ConnectionSource, SourceError>
    do throws(SourceError) { opened = .success(try open()) } catch { opened = .failure(error) }
    // What only BPF needs is no failure where another source works.
    let worksWithout = if case .success(let source) = opened { !(source is Tracer) } else { false }
    for check in HostCheck.all {
      let finding = check.finding(facts)
      try report.add(worksWithout ? finding.asWarning : finding)
    }
    let source: any ConnectionSource
    do throws(SourceError) {
      source = try opened.get()
    } catch {
      report.isNotPermitted = error.code == .notPermitted
      let note = error.needsRoot ? "or the capabilities listed above" : error.detail
      let message = note.map { "\(error.problem) (\($0))" } ?? error.problem
      let cure = error.needsRoot ? "try: \(Launch.commandAsRoot)" : error.advice
      try report.add(Finding("programs", .failure, message, cure: cure))
      return
    }

    let batches = source.batches(every: Self.interval)
    let iterator = batches.makeAsyncIterator()
    var followed = Followed(keepsEnded: true)
    if let batch = try await iterator.next() { followed.apply(batch) }
    try report.add(Self.finding(followed.health))
    for check in TracerCheck.all where !worksWithout || check.isOfAll {
      try report.add(check.finding(followed.health, facts))
    }
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

    let selfTest = SelfTest(iterator, isAlone: !worksWithout)
    let place = selfTest.namespace.isNew ? "in a network namespace of its own" : "on loopback"
    try report.begin("Self-test, \(place)")
    for test in SelfTestCase.all { try report.add(try await selfTest.run(test, &followed)) }

    if let watch { try await follow(batches, iterator, followed, seconds: watch, &report) }
    await source.stop()
  }

  /// Which source works here.
  private static func finding(_ health: SourceHealth) -> Finding {
    guard health.source == "bpf" else {
      let name = "\(health.source): lists of sock_diag"
      guard let notice = health.notice else { return .ok("source", name) }
      return Finding("source", .warning, "\(name); \(notice.reason)", cure: notice.remedy)
    }
    return .ok("source", "bpf: programs loaded and attached")
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
