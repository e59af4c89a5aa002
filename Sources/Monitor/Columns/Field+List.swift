import StyledText

extension Field {
  /// Reads fields separated by commas, in the order in which they are wanted. A name of a field
  /// stands for it alone, any other name of a column for all that the column shows; widths have no
  /// meaning here. `all` stands for all fields.
  package static func list(_ text: String) throws(ValueRefusal) -> [Field] {
    if text == ColumnChoice.all { return allCases }
    var fields: [Field] = []
    for word in ColumnChoice.words(text) {
      let name = ColumnChoice.name(word)
      let named = Field.named(name).map { [$0] } ?? Column.named(name)?.fields
      guard let named else {
        let names = allCases.map(\.name).joined(separator: ", ")
        throw ValueRefusal(
          "takes fields, and there is no \(SafeText.quoted(name)). Fields are: \(names)"
        )
      }
      guard !named.isEmpty else {
        throw ValueRefusal("has '\(name)', which is not a JSON field")
      }
      fields += named.filter { !fields.contains($0) }
    }
    return fields
  }
}

extension Column {
  /// The fields of JSON that make it up; none for what is only drawn.
  var fields: [Field] {
    switch id {
    case .local: [.localAddress, .localPort]
    case .remote: [.remoteAddress, .remotePort]
    case .retransmitShare: [.retransmits, .packetsSent]
    case .receiveRate: [.bytesReceivedPerSecond]
    case .sendRate: [.bytesSentPerSecond]
    default: field.map { [$0] } ?? parts.flatMap { Column.with($0).fields }
    }
  }
}
