extension Column {
  /// All columns, from left to right.
  package static let all: [Column] = [
    [mark], Array(ofOwners.prefix(3)), [namespace], ofConnections, ofTraffic, ofPath, ofQueues,
    ofLimits, ofMetrics, ofRetransmits, ofDrops, [age], Array(ofOwners.dropFirst(3).dropLast()),
    [connections],
    ofListeners, ofEnds, ofFailures, trends,
    // It can be of any length, so it is the last one.
    Array(ofOwners.suffix(1)),
  ].flatMap { $0 }

  /// All columns that can be sorted by.
  package static let sortable: [Column] = all.filter(\.isSortable)

  private static let byID: [ID: Column] = Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0) })

  package static func with(_ id: ID) -> Column {
    // A test checks that every ID has a column.
    byID[id] ?? mark
  }

  /// The column with a name, or with a title in any case.
  package static func named(_ name: String) -> Column? {
    all.first { $0.name == name }
      ?? all.first { !$0.title.isEmpty && $0.title.lowercased() == name.lowercased() }
  }
}
