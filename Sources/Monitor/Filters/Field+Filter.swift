import Connections

extension Field {
  /// Shorter names that filters know it by.
  var shortNames: [String] {
    switch self {
    case .localAddress: ["laddr"]
    case .localPort: ["lport"]
    case .remoteAddress: ["raddr"]
    case .remotePort: ["rport"]
    case .retransmits: ["retrans"]
    default: []
    }
  }

  /// Its values for filters: those of JSON, of which some are read without making text of them.
  var filterValues: FilterField.Values {
    switch self {
    case .time: .number(.moment) { _, table in table.time.microseconds }
    case .openedAt: .number(.moment) { row, _ in row.openedAt?.microseconds }
    case .closedAt: .number(.moment) { row, _ in row.end?.at.microseconds }
    case .id: .text { row, _ in row.id.description }
    case .parent: .text { row, _ in row.parentText }
    case .process: .processText { $0.name }
    case .command: .processText { $0.commandLine }
    case .user: .processText { $0.userText }
    case .pid: .processNumber(.count) { $0.pid.map(Double.init) }
    case .uid: .processNumber(.count) { $0 == .kernel ? nil : Double($0.uid) }
    case .gid: .processNumber(.count) { $0.gid.map(Double.init) }
    case .holders: .holders
    case .executable: .processText { $0.executable }
    case .cgroup: .processText { $0.cgroup }
    case .container: .processText { $0.container?.label }
    case .containerID: .processText { $0.container?.id }
    case .containerRuntime: .processText { $0.container?.runtime.name }
    case .netns: .namespace(hasInode: true)
    case .netnsName: .namespace(hasInode: false)
    case .localAddress: .addresses([.local])
    case .remoteAddress: .addresses([.remote])
    case .localPort: .ports([.local])
    case .remotePort: .ports([.remote])
    case .error: .text { row, _ in row.end?.errorName }
    case .resetReason: .text { row, _ in row.end?.reset?.reason }
    case .dropReasons: .text { row, _ in row.counters.dropReasonsText }
    case .proto, .family, .state, .direction, .ownerSource, .orphaned, .closeReason, .reset:
      choices
    default: .number(unit) { row, table in value(row, table).number }
    }
  }

  private var unit: FilterUnit {
    switch self {
    case .bytesSent, .bytesReceived, .unread, .unacknowledged, .unsent: .bytes
    case .bytesSentPerSecond, .bytesReceivedPerSecond: .bytesPerSecond
    case .rtt, .rttVariance, .minRTT, .lifetime: .microseconds
    default: .count
    }
  }

  private var choices: FilterField.Values {
    switch self {
    case .proto:
      .choices(
        TransportProtocol.allCases.map { FilterChoice(number: $0.place, name: $0.name) }
      ) { row, _ in row.proto.place }
    case .family:
      .choices([FilterChoice(number: 4, name: "ipv4"), FilterChoice(number: 6, name: "ipv6")]) {
        row,
        _ in row.local.address.isV4 ? 4 : 6
      }
    case .direction:
      .choices(
        [Connection.Direction.outgoing, .incoming, .unknown].map {
          FilterChoice(number: Int($0.rawValue), name: $0.name)
        }
      ) { row, _ in Int(row.likelyDirection.rawValue) }
    case .ownerSource:
      .choices(
        Owner.Source.allCases.map { FilterChoice(number: Int($0.rawValue), name: $0.name) }
      ) { row, table in table.owners[row.owner].map { Int($0.source.rawValue) } }
    case .orphaned:
      .choices([FilterChoice(number: 0, name: "false"), FilterChoice(number: 1, name: "true")]) {
        row,
        table in table.owners[row.owner].map { $0.isLast ? 1 : 0 }
      }
    case .reset:
      .choices([
        FilterChoice(number: 0, name: "received"), FilterChoice(number: 1, name: "sent"),
      ]) { row, _ in row.end?.reset.map { $0.isSent ? 1 : 0 } }
    case .closeReason:
      .choices(
        Connection.CloseReason.allCases.map {
          FilterChoice(number: Int($0.rawValue), name: $0.name)
        }
      ) { row, _ in (row.end?.reason.rawValue).map(Int.init) }
    default:
      .choices(
        SocketState.allCases.map { state in
          let alias = state == .established ? "established" : nil
          return FilterChoice(
            number: Int(state.rawValue),
            name: state.name.lowercased(),
            alias: alias
          )
        }
      ) { row, _ in Int(row.state.rawValue) }
    }
  }
}

extension TransportProtocol {
  /// A small number of its own: those of choices are below 64.
  fileprivate var place: Int {
    switch self {
    case .tcp: 0
    case .udp: 1
    case .mptcp: 2
    }
  }
}

extension Column {
  /// What filters know it by: the field that it shows, or else its own name.
  var filterName: String {
    switch id {
    // It shows for how long it has been open, and the field since when.
    case .age: "age"
    // It shows the inode where there is no name.
    case .namespace: Field.netns.rawValue
    default: name
    }
  }

  /// Its values for filters, where it is no field of JSON.
  var filterValues: FilterField.Values? {
    switch id {
    case .rate: .number(.bytesPerSecond) { row, table in table.rates(of: row)?.bytes }
    case .bytes:
      .number(.bytes) { row, _ in
        if row.counters.uncounted.contains(.bytes) { return nil }
        return Double(row.counters.bytesSent) + Double(row.counters.bytesReceived)
      }
    case .retransmitShare:
      .number(.percent) { row, table in table.rates(of: row)?.retransmitShare.map { $0 * 100 } }
    case .age:
      .number(.seconds) { row, table in
        row.openedAt.map { (row.end?.at ?? table.time).seconds(since: $0) * 1e6 }
      }
    default: nil
    }
  }
}

extension FieldValue {
  /// The number that it is, `nil` for anything else.
  fileprivate var number: Double? {
    switch self {
    case .integer(let number): Double(number)
    case .real(let number): number
    case .null, .boolean, .word, .text, .list, .object: nil
    }
  }
}

extension Timestamp {
  /// Since 1970-01-01 00:00 UTC, whole.
  fileprivate var microseconds: Double { Double(nanoseconds / 1000) }
}
