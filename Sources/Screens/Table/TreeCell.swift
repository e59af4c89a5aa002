import Connections
import Monitor
import Terminal

/// The cells of groups, and of the connections below them.
struct TreeCell {
  let kind: ViewKind
  let folding: Folding
  let context: CellContext

  /// What the column that names the groups says of a row.
  func name(_ row: Row, _ column: Column, columns: Int) -> String {
    guard row.isGroup else { return "  └ \(endpoint(row).fitted(to: max(0, columns - 4)))" }
    let mark = folding.isFolded(row.id) ? "▶" : "▼"
    return "\(mark) \(cell(row, column).text(columns: max(0, columns - 2)))"
  }

  /// What distinguishes the connections of a group.
  private func endpoint(_ row: Row) -> Endpoint {
    kind == .hosts ? row.local : row.remote
  }

  /// What a group has in common in a column, or nothing.
  func cell(_ row: Row, _ column: Column) -> Column.Cell {
    guard row.isGroup else {
      // The row of the process shows what all of its connections have in common.
      let isCommon = [.pid, .user, .gid, .container, .executable, .command].contains(column.id)
      return kind == .processes && isCommon ? .text("") : column.cell(row, context)
    }
    switch column.id {
    case .mark: return .text(row.showsTag ? "*" : "")
    case .state, .direction, .local, .ownerSource: return .text("")
    case .remote:
      guard row.kind == .host else { return .text("") }
      let address = row.remote.address
      return .text(context.names.name(of: address) ?? address.description)
    case .namespace where row.netns == 0: return .text("several")
    case .process where row.owner == OwnerTable.none && row.kind == .process:
      return .text("(not known)")
    case .process where row.owner == OwnerTable.several: return .text("several")
    case .pid, .user, .gid, .container, .executable, .command:
      return row.owner == OwnerTable.several ? .text("") : column.cell(row, context)
    default: return column.cell(row, context)
    }
  }
}
