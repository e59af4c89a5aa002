package import Connections

/// What may stand at a place in the text of a filter, beginning with what stands there already.
package struct FilterCompletion: Hashable, Sendable {
  /// What a candidate replaces, in Unicode scalars.
  package let range: Range<Int>
  /// As they are put into the text.
  package let candidates: [String]

  /// Notes about some candidates, for people.
  package private(set) var notes: [String: String] = [:]

  private static let limit = 200

  /// The names of fields and processes, or the values of the field that is compared at the cursor.
  package init(_ text: String, cursor: Int, _ table: ConnectionTable) {
    let context = FilterPlace(String(text.unicodeScalars.prefix(cursor)))
    range = context.start..<cursor
    let typed = context.typed.lowercased()
    switch context.place {
    case .name:
      let names = Self.names(typed) + FilterText.reserved.sorted()
      let processes = typed.isEmpty ? [] : table.processNames.map { FilterText.quotedIfNeeded($0) }
      var seen: Set<String> = []
      candidates = Self.matching(typed, names + processes).filter { seen.insert($0).inserted }
    case .value(let field):
      candidates = Self.matching(typed, field.known(in: table))
        .map { FilterText.quotedIfNeeded($0) }
    case nil: candidates = []
    }
  }

  /// The names of fields, and the values of those that have only a few, whatever is connected.
  package init(_ text: String, cursor: Int) {
    self.init(text, cursor: cursor, ConnectionTable(retention: .sample))
  }

  /// What a text of a field alone may be.
  ///
  /// - Parameters:
  ///   - typed: what the candidates begin with.
  ///   - length: of the text that a candidate replaces, in Unicode scalars.
  package init(
    of field: FilterField,
    beginning typed: String,
    replacing length: Int,
    _ table: ConnectionTable
  ) {
    range = 0..<length
    switch field {
    case .pid:
      let names = table.pids
      candidates = Self.matching(typed, names.keys.sorted().map { "\($0)" })
      notes = Dictionary(uniqueKeysWithValues: names.map { ("\($0)", $1) })
    case .namespace:
      let known = table.namespaces.values.compactMap(\.name).sorted()
      candidates = Self.matching(typed.lowercased(), known)
    default:
      candidates = Self.matching(typed.lowercased(), table.processTexts(\.userText))
    }
  }

  private static func matching(_ typed: String, _ all: [String]) -> [String] {
    Array(all.lazy.filter { $0.lowercased().hasPrefix(typed) }.prefix(limit))
  }

  /// A name of each field that begins like this, the shortest first.
  private static func names(_ typed: String) -> [String] {
    let names = FilterField.all.compactMap { $0.name(beginning: typed) }
    if typed.isEmpty { return names }
    return names.enumerated().sorted {
      ($0.element.count, $0.offset) < ($1.element.count, $1.offset)
    }.map(\.element)
  }

  /// What all candidates begin with.
  package var commonPrefix: String {
    guard let first = candidates.first else { return "" }
    return candidates.dropFirst().reduce(first) { $0.commonPrefix(with: $1) }
  }
}

extension FilterField {
  /// The values that it can have or has in a table, in order.
  fileprivate func known(in table: ConnectionTable) -> [String] {
    switch values {
    case .choices(let choices, _): return choices.map(\.name)
    case .namespace:
      return table.namespaces.values.compactMap(\.name).map(WildcardPattern.escaped).sorted()
    case .processText(let read): return table.processTexts(read).map(WildcardPattern.escaped)
    case .processNumber where self == .pid: return table.pids.keys.sorted().map { "\($0)" }
    default: return []
    }
  }
}

extension ConnectionTable {
  /// The processes that hold the sockets of rows.
  private var present: [Process] {
    Set((0..<bound).compactMap { self[$0]?.owner }).compactMap { owners[$0] }.flatMap(\.processes)
  }

  /// What these processes have, each text once, in order.
  package func processTexts(_ read: (Process) -> String?) -> [String] {
    Set(present.compactMap(read)).sorted()
  }

  fileprivate var processNames: [String] { processTexts { $0.name } }

  /// Their PIDs, with their names.
  package var pids: [Int32: String] {
    Dictionary(
      present.compactMap { process in process.pid.map { ($0, process.name) } },
      uniquingKeysWith: { first, _ in first }
    )
  }
}

extension String {
  fileprivate func commonPrefix(with other: String) -> String {
    String(zip(self, other).prefix { $0 == $1 }.map(\.0))
  }
}
