/// Samples in CSV: a row a connection, with raw numbers in the units of JSON. All samples are one
/// table under one header, and `sample` numbers them.
package struct CSVFormatter: Sendable {
  private let fields: [Field]

  /// A formatter of these fields, in their order; at least one.
  package init(fields: [Field] = Field.allCases) {
    self.fields = fields
  }

  /// The names of the fields, a line of its own.
  package var header: String { CSVRow(names: fields.map(\.name)).text + "\n" }

  /// Writes the rows of a model, in its order.
  package func write(_ model: Model, to output: inout some TextOutputStream) {
    let time = FieldValue.word(TimestampText.rfc3339(model.table.wall(model.table.time)))
    for position in 0..<model.count {
      guard let row = model.row(at: position) else { break }
      var line = CSVRow()
      for field in fields {
        line.add(value: field == .time ? time : field.value(row, model.table))
      }
      output.write(line.text + "\n")
    }
  }
}
