import StyledText

extension ColumnChoice {
  /// The name of the column, and its width where one was chosen: `remote_address:40`.
  package var text: String {
    let column = Column.with(id)
    return width.map { "\(column.name):\($0)" } ?? column.name
  }

  package init(text: String) throws(ValueRefusal) {
    let widths = Self.widths
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let name = String(parts[0])
    guard let id = Column.named(name)?.id else {
      throw ValueRefusal("takes columns", found: ", and there is no \(SafeText.quoted(name))")
    }
    if parts.count == 1 {
      self.init(id)
    } else if parts.count == 2, let width = Int(parts[1]), widths.contains(width) {
      self.init(id, width: width)
    } else {
      let limits = "\(widths.lowerBound) to \(widths.upperBound)"
      throw ValueRefusal(
        "takes a width from \(limits) after the colon",
        found: " of \(SafeText.quoted(text))"
      )
    }
  }
}
