import Connections

@testable import Tracer

/// A client, a server and a child of the server's that open, use, pass on, half close, close, abort
/// and open again sockets at random, and what nettop must report each connection.
struct Interleaving {
  /// A connection: what was done with it, and what its ends must report.
  struct Story: CustomStringConvertible {
    let near: Traffic.Socket
    let far: Traffic.Socket
    /// The process that holds the near end.
    let client: Int32
    /// File descriptors of the far end, by who holds it.
    fileprivate var held: [Holder: Int]
    /// Processes that ever held the far end, and those that do.
    private(set) var holders: Set<Int32> = []
    private(set) var holding: Set<Int32> = []
    /// Bytes that the near end sent, and received.
    fileprivate(set) var sent: UInt64 = 0
    fileprivate(set) var received: UInt64 = 0
    fileprivate(set) var isOver = false
    fileprivate var acts: [String]

    var description: String { "\(near) \(far): \(acts.joined(separator: ", "))" }

    fileprivate mutating func note(_ act: String, _ pids: [Holder: Int32]) {
      acts.append(act)
      holding = Set(held.keys.compactMap { pids[$0] })
      holders.formUnion(holding)
    }
  }

  fileprivate enum Holder: String {
    case server, child
  }

  private let client: Traffic
  private let server: Traffic
  private let child: Traffic.Child
  private let listener: Traffic.Socket
  private let port: UInt16
  private let pids: [Holder: Int32]
  private(set) var stories: [Story] = []
  private var open: [Int] = []

  private static let host = "10.77.0.2"
  private static let mostOpen = 24

  init(_ lab: Lab, port: UInt16) async throws {
    client = try lab.process(in: lab.left)
    server = try lab.process(in: lab.right)
    listener = try await server.listen(Self.host, port)
    child = try await server.fork()
    pids = [.server: server.pid, .child: child.pid]
    self.port = port
  }

  /// Acts so often, and gives what came of it. Connections that are open then stay open.
  mutating func run(acts: Int) async throws -> [Story] {
    for _ in 0..<acts {
      if open.count < 4 || (open.count < Self.mostOpen && Int.random(in: 0..<4) == 0) {
        try await begin(client.socket())
        continue
      }
      let index = Int.random(in: open.indices)
      switch Int.random(in: 0..<10) {
      case 0..<4: try await move(open[index])
      case 4..<6: try await pass(open[index])
      case 6: try await again(open.remove(at: index))
      case 7: try await halfClose(open.remove(at: index))
      default: try await close(open.remove(at: index))
      }
    }
    return stories
  }

  private mutating func begin(_ near: Traffic.Socket) async throws {
    try await client.ask("connect \(near.fd) \(Self.host) \(port)")
    let holder: Holder = Bool.random() ? .server : .child
    let far =
      holder == .server
      ? try await server.accept(listener) : try await server.accept(listener, child: child)
    var story = Story(
      near: near,
      far: far,
      client: client.pid,
      held: [holder: far.fd],
      acts: []
    )
    story.note("accepted by the \(holder)", pids)
    open.append(stories.count)
    stories.append(story)
  }

  private mutating func move(_ index: Int) async throws {
    let bytes = Int.random(in: 1...20_000)
    if Bool.random() {
      try await client.ask("write \(stories[index].near.fd) \(bytes)")
      try await askFar(index, "read", bytes)
      stories[index].sent += UInt64(bytes)
      stories[index].note("sent \(bytes)", pids)
    } else {
      try await reply(index, bytes)
    }
  }

  private mutating func reply(_ index: Int, _ bytes: Int) async throws {
    try await askFar(index, "write", bytes)
    try await client.ask("read \(stories[index].near.fd) \(bytes)")
    stories[index].received += UInt64(bytes)
    stories[index].note("received \(bytes)", pids)
  }

  /// To the child, which then holds it with the server or alone; or back, as the child leaves it.
  private mutating func pass(_ index: Int) async throws {
    guard let fd = stories[index].held[.server] else { return }
    if stories[index].held[.child] == nil {
      try await server.ask("give \(child.number) \(fd)")
      stories[index].held[.child] = try await server.take(child: child).fd
      stories[index].note("given", pids)
      if Bool.random() { return }
    }
    let leaver: Holder = Bool.random() ? .server : .child
    try await leave(index, leaver)
    stories[index].note("left by the \(leaver)", pids)
  }

  private mutating func again(_ index: Int) async throws {
    try await client.ask("disconnect \(stories[index].near.fd)")
    try await closeFar(index, "close")
    stories[index].note("connected again", pids)
    try await begin(stories[index].near)
  }

  private mutating func halfClose(_ index: Int) async throws {
    try await client.ask("shutdown \(stories[index].near.fd)")
    try await reply(index, Int.random(in: 1...5000))
    stories[index].note("half closed", pids)
    if Bool.random() {
      try await close(index)
    } else {
      try await closeFar(index, "close")
      try await client.ask("close \(stories[index].near.fd)")
    }
  }

  private mutating func close(_ index: Int) async throws {
    let call = Int.random(in: 0..<3) == 0 ? "abort" : "close"
    if Bool.random() {
      try await client.ask("\(call) \(stories[index].near.fd)")
      try await closeFar(index, "close")
    } else {
      try await closeFar(index, call)
      try await client.ask("close \(stories[index].near.fd)")
    }
    stories[index].note(call, pids)
  }

  /// By all who hold it, in any order.
  private mutating func closeFar(_ index: Int, _ call: String) async throws {
    for holder in stories[index].held.keys.shuffled() {
      try await leave(index, holder, by: call)
    }
    stories[index].isOver = true
  }

  private mutating func leave(_ index: Int, _ holder: Holder, by call: String = "close")
    async throws
  {
    guard let fd = stories[index].held.removeValue(forKey: holder) else { return }
    try await ask(holder, "\(call) \(fd)")
  }

  private func askFar(_ index: Int, _ command: String, _ bytes: Int) async throws {
    guard let (holder, fd) = stories[index].held.randomElement() else { return }
    try await ask(holder, "\(command) \(fd) \(bytes)")
  }

  private func ask(_ holder: Holder, _ command: String) async throws {
    try await server.ask(holder == .server ? command : "tell \(child.number) \(command)")
  }
}
