import Connections

extension Field {
  static let time = Field(
    "time",
    .number(.timestamp) { _, table in table.wall(table.time).microseconds }
  ) {
    _,
    table in .word(TimestampText.rfc3339(table.wall(table.time)))
  }
  static let sample = Field("sample", unit: .count) { _, table in .integer(table.sampleNumber) }
  static let id = Field("id", .text { row, _ in row.pointee.id.description }) { row, _ in
    .word(row.id.description)
  }
  static let parent = Field("parent", .text { row, _ in row.pointee.parentText }) { row, _ in
    FieldValue(word: row.parentText)
  }
  static let proto = Field(
    "proto",
    .choices(
      TransportProtocol.allCases.map { FieldChoice(number: Int($0.place), name: $0.name) }
    ) { row, _ in Int(row.pointee.proto.place) }
  ) { row, _ in .word(row.proto.name) }
  static let family = Field(
    "family",
    .choices([FieldChoice(number: 4, name: "ipv4"), FieldChoice(number: 6, name: "ipv6")]) {
      row,
      _ in row.pointee.local.address.isV4 ? 4 : 6
    }
  ) { row, _ in .word(row.local.address.isV4 ? "ipv4" : "ipv6") }
  static let state = Field(
    "state",
    .choices(
      SocketState.allCases.map { state in
        let alias = state == .established ? "established" : nil
        return FieldChoice(
          number: Int(state.rawValue),
          name: state.name.lowercased(),
          alias: alias
        )
      }
    ) { row, _ in Int(row.pointee.state.rawValue) }
  ) { row, _ in .word(row.state.name) }
  static let direction = Field(
    "direction",
    .choices(
      [Connection.Direction.outgoing, .incoming, .unknown].map {
        FieldChoice(number: Int($0.rawValue), name: $0.name)
      }
    ) { row, _ in Int(row.pointee.likelyDirection.rawValue) }
  ) { row, _ in .word(row.direction.name) }

  static let newDestination = Field(
    "new_destination",
    .choices([FieldChoice(number: 0, name: "false"), FieldChoice(number: 1, name: "true")]) {
      row,
      _ in row.pointee.isNewDestination.map { $0 ? 1 : 0 }
    }
  ) { row, _ in row.isNewDestination.map { .boolean($0) } ?? .null }

  static let localAddress = address("local_address", "laddr", .local)
  static let localPort = port("local_port", "lport", .local)
  static let remoteAddress = address("remote_address", "raddr", .remote)
  static let remotePort = port("remote_port", "rport", .remote)

  static let netns = Field("netns", .namespace(hasInode: true)) { row, _ in
    .integer(UInt64(row.netns))
  }
  static let netnsName = Field("netns_name", .namespace(hasInode: false)) { row, table in
    FieldValue(text: table.namespaces[row.netns]?.name)
  }

  // If no program saw the end, parts of an endpoint can be unknown.

  private static func address(_ name: String, _ short: String, _ end: FieldEnd) -> Field {
    Field(name, short: [short], .addresses([end])) { row, _ in
      guard let address = end.endpoint(row)?.address else { return .null }
      let isUnknown = row.end?.isUnseen == true && address.isUnspecified
      return isUnknown ? .null : .word(address.description)
    }
  }

  private static func port(_ name: String, _ short: String, _ end: FieldEnd) -> Field {
    Field(name, short: [short], .ports([end])) { row, _ in
      guard let port = end.endpoint(row)?.port else { return .null }
      let isUnknown = row.end?.isUnseen == true && port == 0
      return isUnknown ? .null : .integer(UInt64(port))
    }
  }
}

extension Row {
  /// The cookie of the MPTCP connection that it is a subflow of, as `id` has it.
  var parentText: String? { parent?.description }
}

extension Timestamp {
  /// Since 1970-01-01 00:00 UTC, whole.
  var microseconds: Double { Double(nanoseconds / 1000) }
}
