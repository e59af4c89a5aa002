import Connections

/// A filter made ready for the rows of a table. Remembers what it found of owners and namespaces,
/// so it holds for one look at the table only.
package struct RowMatcher {
  typealias Test = (RowPointer, ConnectionTable) -> Bool

  private let table: ConnectionTable
  private let test: Test

  package init(_ filter: Filter, _ table: ConnectionTable) {
    self.table = table
    test = RowTests(table).test(filter.expression)
  }

  /// Whether the filter lets the row through.
  package func isShown(_ row: Row) -> Bool { row.read(isShown) }

  func isShown(_ row: RowPointer) -> Bool { test(row, table) }
}

/// Makes tests of rows from expressions.
private struct RowTests {
  private let table: ConnectionTable

  init(_ table: ConnectionTable) {
    self.table = table
  }

  func test(_ expression: FilterExpression) -> RowMatcher.Test {
    switch expression {
    case .all(let list): return all(list[...])
    case .any(let list): return any(list[...])
    case .not(let expression):
      let test = test(expression)
      return { !test($0, $1) }
    case .comparison(let comparison):
      let test = test(comparison)
      return comparison.comparator.isNegative ? { !test($0, $1) } : test
    case .flag(let flag): return test(flag)
    case .word(let word): return self.test(word: word)
    }
  }

  // Each test calls the next: from an array, each call would copy the row and the table.

  private func all(_ list: ArraySlice<FilterExpression>) -> RowMatcher.Test {
    guard let expression = list.first else { return { _, _ in true } }
    let first = test(expression)
    if list.count == 1 { return first }
    let rest = all(list.dropFirst())
    return { first($0, $1) && rest($0, $1) }
  }

  private func any(_ list: ArraySlice<FilterExpression>) -> RowMatcher.Test {
    guard let expression = list.first else { return { _, _ in false } }
    let first = test(expression)
    if list.count == 1 { return first }
    let rest = any(list.dropFirst())
    return { first($0, $1) || rest($0, $1) }
  }

  private func test(_ flag: FilterFlag) -> RowMatcher.Test {
    switch flag {
    case .tagged: { row, _ in row.pointee.isTagged }
    case .closed: { row, _ in row.pointee.end != nil }
    case .live: { row, _ in row.pointee.end == nil }
    case .listen: { row, _ in row.pointee.isListener }
    }
  }

  /// A comparison; of one that is negative, what it is `not` of.
  private func test(_ comparison: FilterComparison) -> RowMatcher.Test {
    let comparator = comparison.comparator
    switch (comparison.field.values, comparison.value) {
    case (.number(_, let read), .number(let limit)):
      return { row, table in read(row, table).map { comparator.holds($0, limit) } ?? false }
    case (.number(_, let read), .numbers(let ranges)):
      return { row, table in
        read(row, table).map { number in ranges.contains { $0.contains(number) } } ?? false
      }
    case (.boundedNumber(_, let read), .number(let limit)):
      return { row, table in read(row, table)?.certainly(comparator, limit) ?? false }
    case (.boundedNumber(_, let read), .numbers(let ranges)):
      return { row, table in
        read(row, table).map { number in ranges.contains { number.isCertainly(in: $0) } } ?? false
      }
    case (.processNumber(_, let read), .numbers(let ranges)):
      return process { process in
        read(process).map { number in ranges.contains { $0.contains(number) } } ?? false
      }
    case (.holders, .numbers(let ranges)):
      return owner { owner in
        owner.holders.contains { pid in ranges.contains { $0.contains(Double(pid)) } }
      }
    case (.ports(let ends), .numbers(let ranges)):
      return { row, _ in
        ends.contains { end in
          guard let port = end.endpoint(row)?.port else { return false }
          return ranges.contains { $0.contains(Double(port)) }
        }
      }
    case (.processNumber(_, let read), .number(let limit)):
      return process { read($0).map { comparator.holds($0, limit) } ?? false }
    case (.holders, .number(let limit)):
      return owner { $0.holders.contains { comparator.holds(Double($0), limit) } }
    case (.ports(let ends), .number(let limit)):
      return { row, _ in
        ends.contains { end in
          end.endpoint(row).map { comparator.holds(Double($0.port), limit) } ?? false
        }
      }
    case (.addresses(let ends), .addresses(let ranges)):
      return { row, _ in
        ends.contains { end in
          guard let endpoint = end.endpoint(row) else { return false }
          return ranges.contains { $0.contains(endpoint) }
        }
      }
    case (.choices(_, let read), .choices(let numbers, _)):
      let mask = numbers.reduce(UInt64(0)) { $0 | 1 << UInt64($1) }
      return { row, table in read(row, table).map { mask >> UInt64($0) & 1 == 1 } ?? false }
    default: return test(comparison.field, TextTest(comparison.value))
    }
  }

  private func test(_ field: FilterField, _ text: TextTest?) -> RowMatcher.Test {
    guard let text else { return { _, _ in false } }
    switch field.values {
    case .text(let read):
      return { row, table in read(row, table).map(text.isMet(by:)) ?? false }
    case .processText(let read):
      return process { read($0).map(text.isMet(by:)) ?? false }
    case .namespace(let hasInode):
      return namespace { inode, names in
        names.contains(where: text.isMet(by:)) || (hasInode && text.isMet(by: "\(inode)"))
      }
    default: return { _, _ in false }
    }
  }

  /// A test that depends on the owner only: made once for each. No owner meets no test.
  private func owner(_ isMet: @escaping (Owner) -> Bool) -> RowMatcher.Test {
    let found = Findings(count: table.owners.bound)
    return { row, table in
      let slot = Int(row.pointee.owner)
      guard slot >= 0 else { return false }
      return found[slot] { table.owners[row.pointee.owner].map(isMet) ?? false }
    }
  }

  /// A test that one of the processes meets that hold the socket.
  private func process(_ isMet: @escaping (Process) -> Bool) -> RowMatcher.Test {
    owner { $0.processes.contains(where: isMet) }
  }

  /// A test that depends on the namespace only, by its inode and names: made once for each.
  private func namespace(_ isMet: @escaping (UInt32, [String]) -> Bool) -> RowMatcher.Test {
    let found = NamespaceFindings()
    return { row, table in
      found[row.pointee.netns] {
        isMet(row.pointee.netns, table.namespaces[row.pointee.netns]?.names ?? [])
      }
    }
  }

  /// A text somewhere in what is visible.
  private func test(word: String) -> RowMatcher.Test {
    let pattern = TextPattern(word)
    let states = SocketState.allCases.filter { pattern.isFound(in: $0.name) }
      .reduce(UInt64(0)) { $0 | 1 << UInt64($1.rawValue) }
    let reasons = Connection.CloseReason.allCases.filter { pattern.isFound(in: $0.name) }
      .reduce(UInt64(0)) { $0 | 1 << UInt64($1.rawValue) }
    let protocols = TransportProtocol.allCases.filter { pattern.isFound(in: $0.name) }
    let process = process { process in
      let texts = [
        process.name, process.commandLine, process.userText, process.pid.map { "\($0)" },
        process.container?.label,
      ]
      return texts.contains { $0.map(pattern.isFound(in:)) ?? false }
    }
    let namespace = namespace { inode, names in
      names.isEmpty ? pattern.isFound(in: "\(inode)") : names.contains(where: pattern.isFound(in:))
    }
    return { row, table in
      let state =
        row.pointee.end.map { reasons >> UInt64($0.reason.rawValue) }
        ?? (row.pointee.isFlow ? 0 : states >> UInt64(row.pointee.state.rawValue))
      if state & 1 == 1 || protocols.contains(row.pointee.proto) { return true }
      if process(row, table) || namespace(row, table) { return true }
      guard pattern.isNumeric else { return false }
      return pattern.isFound(in: row.pointee.remote) || pattern.isFound(in: row.pointee.local)
    }
  }
}

/// A test of a text.
private enum TextTest {
  case pattern(WildcardPattern)
  case expression(RegularExpression)

  init?(_ value: FilterComparison.Value) {
    switch value {
    case .text(let pattern): self = .pattern(pattern)
    case .expression(let expression): self = .expression(expression)
    default: return nil
    }
  }

  func isMet(by text: String) -> Bool {
    switch self {
    case .pattern(let pattern): pattern.matches(text)
    case .expression(let expression): expression.isFound(in: text)
    }
  }
}

/// What a test found, by small numbers.
private final class Findings {
  private var found: [Bool?]

  init(count: Int) {
    found = Array(repeating: nil, count: count)
  }

  subscript(index: Int, otherwise: () -> Bool) -> Bool {
    if let known = found[index] { return known }
    let new = otherwise()
    found[index] = new
    return new
  }
}

/// What a test found, by namespace.
private final class NamespaceFindings {
  private var found: [UInt32: Bool] = [:]
  /// Rows of one namespace often follow each other.
  private var last: (inode: UInt32, isMet: Bool)?

  subscript(inode: UInt32, otherwise: () -> Bool) -> Bool {
    if let last, last.inode == inode { return last.isMet }
    let isMet = found[inode] ?? otherwise()
    found[inode] = isMet
    last = (inode, isMet)
    return isMet
  }
}
