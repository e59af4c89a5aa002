/// A field of a connection in JSON and in filters. Its name is the contract with readers.
package struct Field: Sendable {
  /// Reads its value of a row, in the last sample of its table.
  typealias Read = @Sendable (Row, ConnectionTable) -> FieldValue

  package let name: String
  /// Shorter names that filters know it by.
  let shortNames: [String]
  let value: Read
  /// Its values for filters: those of JSON, of which some are read without making text of them.
  let filterValues: FieldValues

  init(
    _ name: String,
    short shortNames: [String] = [],
    _ filterValues: FieldValues,
    _ value: @escaping Read
  ) {
    self.name = name
    self.shortNames = shortNames
    self.filterValues = filterValues
    self.value = value
  }

  /// A field of numbers, which filters read as JSON has them.
  init(
    _ name: String,
    short shortNames: [String] = [],
    unit: FieldUnit,
    _ value: @escaping Read
  ) {
    self.init(
      name,
      short: shortNames,
      .number(unit) { row, table in value(row.pointee, table).number },
      value
    )
  }

  /// The field with this name.
  package static func named(_ name: String) -> Field? { byName[name] }

  private static let byName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.name, $0) })
}

extension Field: Hashable {
  package static func == (lhs: Field, rhs: Field) -> Bool { lhs.name == rhs.name }

  package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

extension Field: CaseIterable {
  /// All fields, in the order in which JSON has them.
  package static let allCases: [Field] = [
    [time, sample, id, parent, proto, family, state, direction],
    [localAddress, localPort, remoteAddress, remotePort, newDestination],
    [netns, netnsName],
    ofOwner,
    ofMetrics.filter { ofTransfer.contains($0.name) },
    [dropReasons],
    ofMetrics.filter { !ofTransfer.contains($0.name) },
    ofLimits,
    [acceptQueue, acceptQueueLimit, accepted, acceptedPerSecond],
    [bytesSentPerSecond, bytesReceivedPerSecond],
    [openedAt, closedAt, closeReason, error, reset, resetReason, lifetime],
  ].flatMap { $0 }

  /// The metrics that come before `drop_reasons`.
  private static let ofTransfer: Set = [
    "bytes_sent", "bytes_received", "packets_sent", "packets_received", "retransmits",
    "retransmits_timeout", "retransmits_fast", "retransmits_probe", "retransmits_syn", "drops",
  ]
}
