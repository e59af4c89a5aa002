/// What the rows of the table are.
package enum ViewKind: String, CaseIterable, Sendable {
  /// Live connections, and those that ended a moment ago.
  case connections
  /// Processes, each with its connections.
  case processes
  /// Remote hosts, each with the connections to it.
  case hosts
  /// Network namespaces, each with its connections.
  case namespaces
  /// Sockets that wait for connections.
  case listeners
  /// Connections that have ended, the last ones.
  case closed

  /// The number that its key has, from 1.
  package var number: Int { (Self.allCases.firstIndex(of: self) ?? 0) + 1 }

  /// The name of a row, in the singular.
  package var noun: String {
    switch self {
    case .connections: "connection"
    case .processes: "process"
    case .hosts: "host"
    case .namespaces: "namespace"
    case .listeners: "listener"
    case .closed: "closed connection"
    }
  }

  /// What its connections are grouped by, `nil` if each is a row of its own.
  package var grouping: Row.Kind? {
    switch self {
    case .processes: .process
    case .hosts: .host
    case .namespaces: .namespace
    case .connections, .listeners, .closed: nil
    }
  }

  /// Whether it shows live connections, each or in groups.
  package var isOfConnections: Bool { self != .listeners && self != .closed }

  /// The order that it begins with.
  package var firstSort: SortOrder {
    switch self {
    case .connections, .processes, .hosts, .namespaces: SortOrder(.rate)
    case .listeners: SortOrder(.local)
    case .closed: SortOrder(.closedAt)
    }
  }

  /// Whether a row of the table belongs to it, whatever the filter.
  func contains(_ row: Row) -> Bool { row.read(contains) }

  func contains(_ row: RowPointer) -> Bool { contains(RowFacts(row)) }

  func contains(_ row: RowFacts) -> Bool {
    switch self {
    case .listeners: row.isListener && !row.hasEnded
    case .closed: row.hasEnded
    case .connections, .processes, .hosts, .namespaces: !row.isListener && !row.hasRetired
    }
  }
}
