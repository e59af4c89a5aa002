import Connections
import Monitor

/// Filters made from the cells of a row.
extension ScreenState {
  /// A field with the value that a row has there.
  private struct Choice {
    let field: String
    let value: String
    /// The column that shows it.
    let column: Column.ID
  }

  /// Opens a menu of conditions that the selected row meets, each of which is added to the filter.
  ///
  /// - Parameter column: the one whose condition is chosen first.
  mutating func askForCondition(_ column: Column.ID? = nil) {
    guard let row = selected else { return tellToSelect() }
    let choices = choices(of: row)
    let items = choices.compactMap { choice -> Menu.Item? in
      guard let field = FilterField.named(choice.field),
        let filter = try? view.filter.setting(field, to: choice.value, named: choice.field)
      else { return nil }
      let condition = "\(choice.field)=\(FilterText.quotedIfNeeded(choice.value))"
      return Menu.Item(text: condition, action: .filter(filter))
    }
    if items.isEmpty { return tell("This row has no value to filter by") }
    var title = ["Filter by"]
    if !view.filter.isEmpty { title.append("and \(view.filter.text)") }
    var menu = Menu(title: title, items: items)
    menu.select(choices.firstIndex { $0.column == column } ?? 0)
    panes.append(.menu(menu))
  }

  /// The most useful first; of a group, what all of its connections have.
  private func choices(of row: Row) -> [Choice] {
    let table = model.table
    var choices: [Choice] = []
    func add(_ field: String, _ value: String?, _ column: Column.ID) {
      if let value, !value.isEmpty {
        choices.append(Choice(field: field, value: value, column: column))
      }
    }
    let owner = table.owners[row.owner]
    if !row.isGroup || row.kind == .process {
      add("process", owner?.process.name, .process)
      add("pid", (owner?.pid).map { "\($0)" }, .pid)
      add("user", owner?.process.userText, .user)
    }
    let hasRemote = !row.remote.address.isUnspecified
    if hasRemote, !row.isGroup || row.kind == .host {
      add("raddr", "\(row.remote.address)", .remote)
    }
    if !row.isGroup {
      if row.remote.port != 0 { add("rport", "\(row.remote.port)", .remote) }
      if row.local.port != 0 { add("lport", "\(row.local.port)", .local) }
      add("state", row.state.name.lowercased(), .state)
    }
    if row.netns != 0, !row.isGroup || row.kind == .namespace {
      add("netns", table.namespaceText(row.netns), .namespace)
    }
    return choices
  }
}
