import Connections

extension Column {
  /// What filters know it by: the field that it shows, or else its own name.
  var filterName: String {
    switch id {
    // It shows for how long it has been open, and the field since when.
    case .age: "age"
    // It shows the inode where there is no name.
    case .namespace: Field.netns.name
    default: name
    }
  }

  /// Its values for filters, where it is no field of JSON.
  var filterValues: FieldValues? {
    switch id {
    case .rate: .number(.bytesPerSecond) { row, table in table.rates(of: row.pointee)?.bytes }
    case .bytes:
      .number(.bytes) { row, _ in
        if row.pointee.counters.uncounted.contains(.bytes) { return nil }
        return Double(row.pointee.counters.bytesSent) + Double(row.pointee.counters.bytesReceived)
      }
    case .retransmitShare:
      .number(.percent) { row, table in table.retransmitShare(of: row.pointee).map { $0 * 100 } }
    case .age:
      .boundedNumber(.seconds) { row, table in
        guard let openedAt = row.pointee.openedAt else {
          return row.pointee.leastAge(at: table.time).map { .atLeast($0 * 1e6) }
        }
        return .exactly((row.pointee.end?.at ?? table.time).seconds(since: openedAt) * 1e6)
      }
    default: nil
    }
  }
}
