import Connections
import Glibc

@testable import Tracer

/// Takes the events of all sockets of the host from a source of its own, as they come.
actor EventCollector {
  private let source: StateEvents
  private(set) var events: [StateEvent] = []
  private var pump: Task<Void, Never>?

  var lost: UInt64 { source.lost }
  var seesResets: (received: Bool, sent: Bool) { source.seesResets }

  init(_ transport: StateEvents.Transport?, bufferBytes: Int = StateEvents.bufferBytes) throws {
    source = try StateEvents(bufferBytes: bufferBytes, transport: transport)
  }

  /// Drains it again and again, until `stop`.
  func start() {
    pump = Task {
      while !Task.isCancelled {
        drain()
        try? await Task.sleep(for: .milliseconds(2))
      }
    }
  }

  func stop() async {
    pump?.cancel()
    await pump?.value
  }

  func drain() {
    source.drain { events.append($0) }
  }

  /// Drains it once, with what is not settled.
  func drainAll() {
    source.drain(all: true) { events.append($0) }
  }

  /// Whether it asks to be drained within so many milliseconds.
  func isReadable(within milliseconds: Int32) -> Bool {
    var descriptor = pollfd(fd: source.descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&descriptor, 1, milliseconds) == 1
  }

  /// Waits until the events so far have what is wanted.
  func wait<Result: Sendable>(
    _ what: String,
    for result: @Sendable ([StateEvent]) -> Result?
  ) async throws -> Result {
    let deadline = ContinuousClock.now + .seconds(Patience.seconds(30))
    while ContinuousClock.now < deadline {
      drain()
      if let found = result(events) { return found }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw HarnessError("no event tells of \(what)")
  }

  /// The events of a socket from one that fits until it is closed, and resets that come after;
  /// `nil` if one of them is missing.
  static func life(
    in events: [StateEvent],
    from isFirst: (StateEvent) -> Bool
  ) -> [StateEvent]? {
    guard let start = events.firstIndex(where: isFirst) else { return nil }
    let all = events[start...].filter { $0.socket == events[start].socket }
    guard let end = all.firstIndex(where: \.isEnd) else { return nil }
    let later = all[(end + 1)...].prefix { $0.kind == .resetSent || $0.kind == .resetReceived }
    return Array(all[...end] + later)
  }
}

extension StateEvent {
  /// Whether the socket is closed by it.
  var isEnd: Bool {
    if case .stateChange(_, .closed) = kind { return true }
    return false
  }

  /// Whether a process begins to connect.
  func isConnect(of process: Traffic) -> Bool {
    kind == .stateChange(from: .closed, to: .synSent) && current.pid == process.pid
  }

  /// Whether a connection to a port is made that waits to be accepted.
  func isArrival(at port: UInt16) -> Bool {
    kind == .stateChange(from: .synReceived, to: .established) && local?.port == port
  }
}
