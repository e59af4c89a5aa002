/// A sample in logfmt: a line a connection, with the fields of JSON that are known.
package struct LogfmtFormatter: Sendable {
  private let fields: [Field]

  /// A formatter of these fields, in their order; at least one.
  package init(fields: [Field] = Field.allCases) {
    self.fields = fields
  }

  /// Writes the rows of a model, in its order. A connection of which no field is known has an empty
  /// line.
  package func write(_ model: Model, to output: inout some TextOutputStream) {
    let time = FieldValue.word(TimestampText.rfc3339(model.table.wall(model.table.time)))
    for position in 0..<model.count {
      guard let row = model.row(at: position) else { break }
      var line = LogfmtLine()
      for field in fields {
        line.add(field.name, value: field == .time ? time : field.value(row, model.table))
      }
      output.write(line.text + "\n")
    }
  }
}
