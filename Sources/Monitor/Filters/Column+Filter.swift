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
