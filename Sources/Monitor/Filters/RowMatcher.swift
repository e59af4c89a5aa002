import Connections

/// A filter made ready for the rows of a table. Remembers what it found of owners and namespaces,
/// so it holds for one look at the table only.
package struct RowMatcher {
  /// Asks the facts of a row, or the row itself.
  typealias Test = (RowFacts, RowPointer, ConnectionTable) -> Bool

  private let table: ConnectionTable
  private let test: Test

  package init(_ filter: Filter, _ table: ConnectionTable) {
    self.table = table
    test = RowTests(table).test(filter.expression)
  }

  /// Whether the filter lets the row through.
  package func isShown(_ row: Row) -> Bool { row.read(isShown) }

  func isShown(_ row: RowPointer) -> Bool { isShown(RowFacts(row), row) }

  /// - Parameter facts: those of the row.
  func isShown(_ facts: RowFacts, _ row: RowPointer) -> Bool { test(facts, row, table) }
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
      return { !test($0, $1, $2) }
    case .comparison(let comparison):
      let test = test(comparison)
      return comparison.comparator.isNegative ? { !test($0, $1, $2) } : test
    case .flag(let flag): return test(flag)
    case .word(let word): return self.test(word: word)
    }
  }

  // Each test calls the next: from an array, each call would copy the row and the table.

  private func all(_ list: ArraySlice<FilterExpression>) -> RowMatcher.Test {
    guard let expression = list.first else { return { _, _, _ in true } }
    let first = test(expression)
    if list.count == 1 { return first }
    let rest = all(list.dropFirst())
    return { first($0, $1, $2) && rest($0, $1, $2) }
  }

  private func any(_ list: ArraySlice<FilterExpression>) -> RowMatcher.Test {
    guard let expression = list.first else { return { _, _, _ in false } }
    let first = test(expression)
    if list.count == 1 { return first }
    let rest = any(list.dropFirst())
    return { first($0, $1, $2) || rest($0, $1, $2) }
  }

  private func test(_ flag: FilterFlag) -> RowMatcher.Test {
    switch flag {
    case .tagged: { facts, _, _ in facts.isTagged }
    case .closed: { facts, _, _ in facts.hasEnded }
    case .live: { facts, _, _ in !facts.hasEnded }
    case .listen: { facts, _, _ in facts.isListener }
    }
  }

  /// A comparison; of one that is negative, what it is `not` of.
  private func test(_ comparison: FilterComparison) -> RowMatcher.Test {
    let comparator = comparison.comparator
    switch (comparison.field.values, comparison.value) {
    case (.number(_, let read), .number(let limit)):
      return { _, row, table in read(row, table).map { comparator.holds($0, limit) } ?? false }
    case (.number(_, let read), .numbers(let ranges)):
      return { _, row, table in
        read(row, table).map { number in ranges.contains { $0.contains(number) } } ?? false
      }
    case (.boundedNumber(_, let read), .number(let limit)):
      return { _, row, table in read(row, table)?.certainly(comparator, limit) ?? false }
    case (.boundedNumber(_, let read), .numbers(let ranges)):
      return { _, row, table in
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
      return { _, row, _ in
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
      return { _, row, _ in
        ends.contains { end in
          end.endpoint(row).map { comparator.holds(Double($0.port), limit) } ?? false
        }
      }
    case (.addresses(let ends), .addresses(let ranges)):
      return { _, row, _ in
        ends.contains { end in
          guard let endpoint = end.endpoint(row) else { return false }
          return ranges.contains { $0.contains(endpoint) }
        }
      }
    case (.choices(_, let read), .choices(let numbers, _)):
      let mask = numbers.reduce(UInt64(0)) { $0 | 1 << UInt64($1) }
      return { _, row, table in read(row, table).map { mask >> UInt64($0) & 1 == 1 } ?? false }
    default: return test(comparison.field, TextTest(comparison.value))
    }
  }

  private func test(_ field: FilterField, _ text: TextTest?) -> RowMatcher.Test {
    guard let text else { return { _, _, _ in false } }
    switch field.values {
    case .text(let read):
      return { _, row, table in read(row, table).map(text.isMet(by:)) ?? false }
    case .processText(let read):
      return process { read($0).map(text.isMet(by:)) ?? false }
    case .namespace(let hasInode):
      return namespace { inode, names in
        names.contains(where: text.isMet(by:)) || (hasInode && text.isMet(by: "\(inode)"))
      }
    default: return { _, _, _ in false }
    }
  }

  /// A test that depends on the owner only: made once for each. No owner meets no test.
  private func owner(_ isMet: @escaping (Owner) -> Bool) -> RowMatcher.Test {
    let found = Findings(count: table.owners.bound)
    return { facts, _, table in
      let slot = Int(facts.owner)
      guard slot >= 0 else { return false }
      if let known = found[slot] { return known }
      let new = table.owners[facts.owner].map(isMet) ?? false
      found[slot] = new
      return new
    }
  }

  /// A test that one of the processes meets that hold the socket.
  private func process(_ isMet: @escaping (Process) -> Bool) -> RowMatcher.Test {
    owner { $0.processes.contains(where: isMet) }
  }

  /// A test that depends on the namespace only, by its inode and names: made once for each.
  private func namespace(_ isMet: @escaping (UInt32, [String]) -> Bool) -> RowMatcher.Test {
    let found = NamespaceFindings()
    return { facts, _, table in
      if let known = found[facts.netns] { return known }
      let new = isMet(facts.netns, table.namespaces[facts.netns]?.names ?? [])
      found[facts.netns] = new
      return new
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
      .reduce(UInt64(0)) { $0 | 1 << UInt64($1.place) }
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
    return { facts, row, table in
      let state =
        facts.hasEnded ? reasons >> facts.reason : facts.isFlow ? 0 : states >> facts.state
      if (state | protocols >> facts.proto) & 1 == 1 { return true }
      if process(facts, row, table) || namespace(facts, row, table) { return true }
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
  private enum Finding: UInt8 { case none, isMet, isNotMet }

  // Behind a pointer, as an array in a class is checked for other accesses at each.
  private let found: UnsafeMutableBufferPointer<Finding>

  init(count: Int) {
    found = .allocate(capacity: count)
    found.initialize(repeating: .none)
  }

  deinit { found.deallocate() }

  /// `nil` for what was not tested yet.
  subscript(index: Int) -> Bool? {
    get { found[index] == .none ? nil : found[index] == .isMet }
    set { found[index] = newValue.map { $0 ? .isMet : .isNotMet } ?? .none }
  }
}

/// What a test found, by namespace.
private final class NamespaceFindings {
  private var found = NumberIndex<UInt32, Bool>()

  /// `nil` for what was not tested yet; what was found stays.
  subscript(inode: UInt32) -> Bool? {
    get { found[inode] }
    set { if let newValue { found.insert(newValue, for: inode) } }
  }
}
