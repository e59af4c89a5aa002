import Connections

/// The context of a cell besides its row.
package struct CellContext: Sendable {
  package let table: ConnectionTable
  package let presentation: Presentation
  package let names: Names
  /// The sort columns: they show the figure that the order uses.
  let sorted: Set<Column.ID>

  package init(
    _ table: ConnectionTable,
    _ presentation: Presentation = Presentation(),
    _ names: Names = Names(),
    sorted: [Column.ID] = []
  ) {
    self.table = table
    self.presentation = presentation
    self.names = names
    self.sorted = Set(sorted)
  }

  /// A rate in bytes per second: that of the last interval, or the average where the order uses it.
  func rate(
    of row: Row,
    _ id: Column.ID,
    _ value: (Rates) -> Double,
    _ average: (RateAverage) -> Float
  ) -> Double? {
    guard let rates = table.rates(of: row) else { return nil }
    guard table.halfLife > 0, sorted.contains(id) else { return value(rates) }
    return row.average.bytesPerSecond(average, at: table.elapsed, halfLife: table.halfLife)
  }

  /// An end of a connection, by the names that are to be shown and known.
  func endpoint(_ endpoint: Endpoint) -> Column.Cell {
    if endpoint.isNone { return .absent }
    return .endpoint(
      endpoint,
      host: presentation.hosts == .names ? names.name(of: endpoint.address) : nil,
      service: presentation.ports == .services ? names.service(endpoint.port) : nil
    )
  }

  /// A figure of a row for display: its total, as where the order uses it, or what the
  /// last interval added.
  ///
  /// - Returns: `nil` if that is not known, as of a connection with one sample only.
  func figure(
    of row: Row,
    _ id: Column.ID,
    _ total: (Counters) -> UInt64?,
    _ growth: (Growth) -> UInt64
  ) -> UInt64? {
    switch sorted.contains(id) ? .totals : presentation.figures {
    case .totals: return total(row.counters)
    case .deltas:
      if total(row.counters) == nil { return nil }
      if row.sample != table.samples { return 0 }
      return row.seconds > 0 ? growth(row.growth) : nil
    }
  }
}
