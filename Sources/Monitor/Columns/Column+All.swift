extension Column {
  /// All columns, from left to right.
  package static let all: [Column] = [
    [mark], Array(ofOwners.prefix(3)), [namespace], ofConnections, ofTraffic, ofPath, ofQueues,
    ofRetransmits, ofDrops, [age], Array(ofOwners.dropFirst(3).dropLast()), [connections],
    ofListeners, ofEnds, ofFailures, trends,
    // Of any length, so nothing stands to the right of it.
    Array(ofOwners.suffix(1)),
  ].flatMap { $0 }

  /// All columns that an order can go by.
  package static let sortable: [Column] = all.filter(\.isSortable)

  private static let byID: [ID: Column] = Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0) })

  package static func with(_ id: ID) -> Column {
    // A test holds that every ID has its column.
    byID[id] ?? mark
  }

  /// The column of a name, or of a title whatever the case.
  package static func named(_ name: String) -> Column? {
    all.first { $0.name == name }
      ?? all.first { !$0.title.isEmpty && $0.title.lowercased() == name.lowercased() }
  }
}
