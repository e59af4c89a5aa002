import Testing

/// A terminal, and connections that only its screen shows.
final class Stage {
  let namespace: TestNamespace
  private(set) var connections: [LoopbackConnection]
  let tmux: Tmux
  private let count: Int

  /// What starts nettop for the connections of this stage.
  ///
  /// It saves settings in a directory of its own.
  var command: String {
    "XDG_CONFIG_HOME=$PWD/config \(Nettop.path) -d 0.3 --netns \(namespace.name)"
  }

  init(connections count: Int = 1, width: Int = 80, height: Int = 24) async throws {
    let namespace = try TestNamespace()
    self.namespace = namespace
    self.count = count
    connections = try namespace.run { try (0..<count).map { _ in try LoopbackConnection() } }
    tmux = try await Tmux(width: width, height: height)
  }

  /// Opens one more connection.
  func connect() throws {
    connections.append(try namespace.run { try LoopbackConnection() })
  }

  /// Opens as many connections as there were at first, whatever has become of those.
  func reconnect() throws {
    for connection in connections { connection.close() }
    connections = try namespace.run { try (0..<count).map { _ in try LoopbackConnection() } }
  }

  /// Starts nettop from the shell and waits for its first figures. Once it has ended, the shell
  /// says `status=`.
  @discardableResult
  func start(
    _ options: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> Display {
    try await tmux.enter("clear; \(command) \(options); echo status=$?")
    return try await tmux.expect("rows", sourceLocation: sourceLocation) {
      $0.isAlternate && $0.range != nil
    }
  }
}
