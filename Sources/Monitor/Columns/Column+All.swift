extension Column {
  /// All columns, from left to right.
  package static let all: [Column] = [
    [mark], Array(ofOwners.prefix(3)), [namespace], ofConnections, ofTraffic, ofPath, ofQueues,
    [age], Array(ofOwners.dropFirst(3)), [connections], ofListeners, ofEnds,
  ].flatMap { $0 }

  /// All columns that an order can go by.
  package static let sortable: [Column] = all.filter { !$0.name.isEmpty }

  private static let byID: [ID: Column] = Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0) })

  package static func with(_ id: ID) -> Column {
    // A test holds that every ID has its column.
    byID[id] ?? mark
  }

  /// The column that `--sort` means: by its name, or by its title whatever the case.
  package static func named(_ name: String) -> Column? {
    sortable.first { $0.name == name }
      ?? sortable.first { $0.title.lowercased() == name.lowercased() }
  }
}
