import Tracer

/// A filter made ready for the rows of a table. Remembers what it found of owners, namespaces and
/// states, so it holds for one look at the table only.
struct RowMatcher {
  private let filter: Filter
  private let pattern: TextPattern?
  private let inodes: Set<UInt32>?
  private let table: ConnectionTable
  private var owners: [Bool?]
  private var namespaces: [UInt32: Bool] = [:]

  init(_ filter: Filter, _ table: ConnectionTable) {
    self.filter = filter
    self.table = table
    pattern = filter.text.isEmpty ? nil : TextPattern(filter.text)
    inodes = filter.namespace?.inodes(in: table.namespaces)
    owners = pattern == nil ? [] : Array(repeating: nil, count: table.owners.bound)
  }

  /// Whether the row is shown.
  mutating func isShown(_ row: Row) -> Bool {
    if let pid = filter.pid, table.owners[row.owner]?.process.id.pid != pid { return false }
    if let inodes, !inodes.contains(row.netns) { return false }
    guard let pattern else { return true }
    return isFound(pattern, in: row)
  }

  private mutating func isFound(_ pattern: TextPattern, in row: Row) -> Bool {
    if pattern.isFound(in: row.stateText) { return true }
    if isOwnerFound(pattern, row.owner) { return true }
    if isNamespaceFound(pattern, row.netns) { return true }
    guard pattern.isNumeric else { return false }
    return pattern.isFound(in: row.remote) || pattern.isFound(in: row.local)
  }

  private mutating func isOwnerFound(_ pattern: TextPattern, _ slot: OwnerTable.Slot) -> Bool {
    guard let process = table.owners[slot]?.process else { return false }
    if let known = owners[Int(slot)] { return known }
    let texts = [process.name, process.commandLine, process.userText, "\(process.id.pid)"]
    let isFound = texts.contains { $0.map(pattern.isFound(in:)) ?? false }
    owners[Int(slot)] = isFound
    return isFound
  }

  private mutating func isNamespaceFound(_ pattern: TextPattern, _ inode: UInt32) -> Bool {
    if let known = namespaces[inode] { return known }
    let isFound = pattern.isFound(in: table.namespaceText(inode))
    namespaces[inode] = isFound
    return isFound
  }
}

extension Row {
  /// The state as it is shown: `ESTAB`, or in small letters why the connection ended.
  var stateText: String {
    guard let end else { return state.name }
    return end.reason == .unknown ? TCPState.closed.name : end.reason.name
  }
}

extension Process {
  /// The name of the user, or else the number.
  var userText: String { user ?? "\(uid)" }
}

extension ConnectionTable {
  /// The name of a namespace, or else its inode.
  func namespaceText(_ inode: UInt32) -> String { namespaces[inode]?.name ?? "\(inode)" }
}
