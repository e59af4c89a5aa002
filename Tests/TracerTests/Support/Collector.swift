import Connections
import Synchronization

@testable import Tracer

/// Takes the batches of a source of its own, and keeps what they reported.
actor Collector {
  /// What the batches so far reported.
  struct View: Sendable {
    var live: [Connection.ID: Connection] = [:]
    var closed: [Connection.ID: Connection] = [:]
    var namespaces: [UInt32: NetworkNamespace] = [:]
    var health = SourceHealth()
    var batches = 0
    /// How the process that accepted a connection is known, while both live.
    var sourceOfAccepted: Owner.Source { health.acceptsSeen ? .accept : .scan }
    fileprivate var newest: [UInt64: Connection.ID] = [:]
    fileprivate var lastEnded: [UInt64: Connection.ID] = [:]

    /// The live connection of a socket.
    func live(_ socket: Traffic.Socket) -> Connection? {
      newest[socket.cookie].flatMap { live[$0] }
    }

    /// The ended connection of a socket; the last where it connected again.
    func closed(_ socket: Traffic.Socket) -> Connection? {
      lastEnded[socket.cookie].flatMap { closed[$0] }
    }

    func live(in namespace: TestNamespace) -> [Connection] {
      live.values.filter { $0.netns == namespace.inode }
    }

    func closed(in namespace: TestNamespace) -> [Connection] {
      closed.values.filter { $0.netns == namespace.inode }
    }
  }

  private(set) var view = View()
  /// Deltas that contradict those before them.
  private(set) var faults: [String] = []
  nonisolated let source: any ConnectionSource
  /// The one over BPF.
  nonisolated var tracer: Tracer { source as! Tracer }
  private var failure: (any Error)?
  private var ended = false
  private var pump: Task<Void, Never>?
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(_ configuration: SourceConfiguration, every interval: Duration) throws {
    source = try LiveSource.open(TestedSource.choice, configuration)
    let source = source
    Task { await self.start(source.batches(every: interval)) }
  }

  private func start(_ batches: Batches) {
    guard !ended else { return }
    pump = Task {
      do {
        for try await batch in batches { apply(batch) }
      } catch {
        failure = error
      }
      ended = true
      resume()
    }
  }

  /// Ends the stream, and the tracer with it.
  func stop() async {
    ended = true
    pump?.cancel()
    await pump?.value
    await source.stop()
  }

  private func resume() {
    let resumed = waiting
    waiting = []
    for continuation in resumed { continuation.resume() }
  }

  private func nextBatch() async {
    guard !ended else { return }
    await withCheckedContinuation { waiting.append($0) }
  }

  /// Waits until the view has what is wanted. Longer than any of it takes: on a busy host a scan for
  /// owners can be due a minute after the last one.
  @discardableResult
  func wait<Result: Sendable>(
    _ what: String,
    seconds: Int = 120,
    until find: @Sendable (View) throws -> Result?
  ) async throws -> Result {
    let deadline = ContinuousClock.now + .seconds(Patience.seconds(seconds))
    while true {
      if let found = try find(view) { return found }
      if let failure { throw failure }
      guard !ended else { throw HarnessError("the stream ended before \(what)") }
      guard ContinuousClock.now < deadline else { throw HarnessError("no \(what)") }
      await nextBatch()
    }
  }

  /// Waits for so many more batches.
  func batches(_ count: Int) async throws {
    let last = view.batches + count
    try await wait("\(count) batches") { $0.batches >= last ? true : nil }
  }

  private func apply(_ batch: Batch) {
    var told: [Connection.ID: Int] = [:]
    for delta in batch.deltas { apply(delta, &told) }
    for namespace in batch.namespaces { view.namespaces[namespace.inode] = namespace }
    view.health = batch.health
    view.batches += 1
    resume()
  }

  /// - Parameter told: the rank of the last delta of a connection in this batch.
  private func apply(_ delta: Delta, _ told: inout [Connection.ID: Int]) {
    func check(_ id: Connection.ID, _ rank: Int, _ contradicts: Bool) {
      if contradicts || told[id, default: 0] >= rank { faults.append("\(delta)") }
      told[id] = rank
    }
    switch delta {
    case .upsert(let connection):
      let id = connection.id
      // What the source diag learns of a connection later makes it report that again, whole.
      let isRepeated = view.live[id] != nil && TestedSource.choice != .diag
      check(id, 1, isRepeated || view.closed[id] != nil || connection.end != nil)
      view.live[id] = connection
      view.newest[id.cookie] = id
    case .annotated(let id, let owner):
      check(id, 2, view.live[id] == nil)
      view.live[id]?.owner = owner
    case .counters(let id, let state, let counters):
      check(id, 3, view.live[id] == nil)
      view.live[id]?.state = state
      view.live[id]?.counters = counters
    case .ended(let connection):
      check(connection.id, 4, view.closed[connection.id] != nil || connection.end == nil)
      let last = view.live.removeValue(forKey: connection.id)
      view.closed[connection.id] = last.map { connection.ended(after: $0) } ?? connection
      view.lastEnded[connection.id.cookie] = connection.id
    }
  }
}
