/// Processes that hold a given number of connections, 1 % of which can be made to talk.
final class Holders {
  private let children: [Child]
  private let connections: Int

  init(connections: Int, in namespace: Namespace) throws {
    let count = (connections + HoldCommand.most - 1) / HoldCommand.most
    self.connections = connections
    // Ports are few: each has an address of its own to connect to.
    children = try (0..<count).map { index in
      let share = connections * (index + 1) / count - connections * index / count
      let command = [try Command.bench, "hold", "\(share)", "--host", "127.0.\(index + 1).1"]
      return try Child(namespace.entering(command))
    }
    for child in children { try child.expect("ready") }
  }

  /// Has 1 % of the connections send and receive, others each time.
  func touch() throws {
    let total = connections / 100
    for (index, child) in children.enumerated() {
      try child.send("\(total * (index + 1) / children.count - total * index / children.count)")
    }
    for child in children { try child.expect("touched") }
  }
}
