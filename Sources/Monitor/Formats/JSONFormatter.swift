import Connections

/// A sample in JSON Lines: one object a connection, every field in each of them, `null` if it is
/// not known.
package struct JSONFormatter: Sendable {
  /// The fields with their names as they are written.
  private let fields: [(Field, String)]

  /// A formatter of these fields, in their order; at least one.
  package init(fields: [Field] = Field.allCases) {
    self.fields = fields.enumerated().map { index, field in
      (field, "\(index == 0 ? "{" : ",")\"\(field.name)\":")
    }
  }

  /// Writes the rows of a model, in its order.
  package func write(_ model: Model, to output: inout some TextOutputStream) {
    let time = FieldValue.word(TimestampText.rfc3339(model.table.wall(model.table.time)))
    for position in 0..<model.count {
      guard let row = model.row(at: position) else { break }
      var line = ""
      line.reserveCapacity(1024)
      for (field, name) in fields {
        line += name
        JSONText.append(field == .time ? time : field.value(row, model.table), to: &line)
      }
      line += "}\n"
      output.write(line)
    }
  }
}
