import Monitor
import StyledText

extension SortOrder {
  /// The order as settings write it: the name of the column, followed by `:reverse` unless the
  /// direction is the one that the column begins with.
  var text: String {
    let name = Column.with(column).name
    return self == SortOrder(column) ? name : "\(name):\(Self.reverse)"
  }

  init(text: String) throws(ValueRefusal) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let order = SortOrder(try Self.column(named: String(parts[0])))
    if parts.count == 2, parts[1] != Self.reverse {
      throw ValueRefusal(
        "takes \(Self.reverse) after the colon",
        found: " of \(SafeText.quoted(text))"
      )
    }
    self = parts.count == 2 ? order.reversed : order
  }

  /// A column that the table can be sorted by, by its title or JSON name.
  static func column(named name: String) throws(ValueRefusal) -> Column.ID {
    guard let column = Column.named(name), column.isSortable else {
      throw ValueRefusal("takes a column", found: ", and there is no \(SafeText.quoted(name))")
    }
    return column.id
  }

  private static let reverse = "reverse"
}
