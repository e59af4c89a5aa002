import Connections

/// A field that filters compare: one of JSON, of the table, or of either end.
package struct FilterField: Sendable {
  /// The name in canonical text.
  package let name: String
  /// What else it may be called, in lower case: the case of a name does not matter.
  package let aliases: [String]
  /// Which of the aliases are proposed.
  let proposedAliases: [String]
  let values: FieldValues

  /// - Parameter unproposed: aliases that only who knows them writes.
  private init(
    _ name: String,
    _ aliases: [String],
    unproposed: [String] = [],
    _ values: FieldValues
  ) {
    self.name = name
    var seen: Set = [name]
    proposedAliases = aliases.map { $0.lowercased() }.filter { seen.insert($0).inserted }
    self.aliases =
      proposedAliases + unproposed.map { $0.lowercased() }.filter { seen.insert($0).inserted }
    self.values = values
  }
}

extension FilterField: Hashable {
  package static func == (lhs: FilterField, rhs: FilterField) -> Bool { lhs.name == rhs.name }

  package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

extension FilterField {
  /// All fields, by their first names.
  package static let all: [FilterField] =
    Field.allCases.map(FilterField.init) + Column.all.compactMap(FilterField.init) + ofEitherEnd

  private static let byName: [String: FilterField] = Dictionary(
    all.flatMap { field in ([field.name] + field.aliases).map { ($0.lowercased(), field) } },
    uniquingKeysWith: { first, _ in first }
  )

  /// The fields whose values change though no batch reports the connection.
  private static let ofTime: Set = ["age", Field.time.name, Field.sample.name]

  /// The field of this name or alias, whatever its case.
  package static func named(_ name: String) -> FilterField? { byName[name.lowercased()] }

  /// All names, aliases included.
  static let names: [String] = all.flatMap { [$0.name] + $0.aliases }

  package static let pid = FilterField(Field.pid)
  package static let namespace = FilterField(Field.netns)
  package static let user = FilterField(Field.user)
  static let uid = FilterField(Field.uid)
  static let state = FilterField(Field.state)
  static let newDestination = FilterField(Field.newDestination)
  static let retransmits = FilterField(Field.retransmits)
  static let retransmitShare =
    all.first { $0.name == Column.with(.retransmitShare).name } ?? retransmits

  /// The address of either end.
  static let address = FilterField(
    "addr",
    ["address"],
    unproposed: ["host", "ip"],
    .addresses([.local, .remote])
  )

  private static let ofEitherEnd = [
    FilterField("port", [], .ports([.local, .remote])), address,
  ]

  /// What other programs, such as ss and tcpdump, call fields.
  private static let synonyms: [Field: [String]] = [
    .localAddress: ["src"], .localPort: ["sport"], .remoteAddress: ["dst"],
    .remotePort: ["dport"], .process: ["proc", "name"], .command: ["cmd"], .netns: ["ns"],
    .closeReason: ["reason"],
  ]

  /// A field of JSON, with the columns that show it.
  private init(_ field: Field) {
    let columns = Column.all.filter { $0.filterName == field.name }
    self.init(
      field.name,
      field.shortNames + columns.map(\.title),
      unproposed: columns.map(\.id.rawValue) + Self.synonyms[field, default: []],
      field.filterValues
    )
  }

  /// A column that is no field of JSON.
  private init?(_ column: Column) {
    guard let values = column.filterValues else { return nil }
    self.init(column.filterName, [column.title], unproposed: [column.id.rawValue], values)
  }

  /// The shortest name that begins with this text, in lower case, and has only letters; else the
  /// first that begins with it. `nil` if none does.
  func name(beginning typed: String) -> String? {
    let names = ([name] + proposedAliases).filter { $0.hasPrefix(typed) }
    let short = names.dropFirst().first { $0.allSatisfy(\.isLetter) && $0.count < name.count }
    return typed.isEmpty ? name : short ?? names.first
  }

  /// The unit of a field of numbers.
  var unit: FieldUnit? {
    switch values {
    case .number(let unit, _), .boundedNumber(let unit, _), .processNumber(let unit, _): unit
    case .ports, .holders: .count
    default: nil
    }
  }

  /// The largest value of a field of ports or IDs, whose values are whole numbers.
  var largestNumber: UInt32? {
    switch values {
    case .ports: UInt32(UInt16.max)
    case .holders: UInt32(Int32.max)
    case .processNumber: self == .pid ? UInt32(Int32.max) : .max
    default: nil
    }
  }

  /// Whether a number becomes another with this word as its unit. A count has none.
  func isNumber(_ number: String, with unit: String) -> Bool {
    if self == .retransmits { return unit == "%" }
    guard let ownUnit = self.unit, ownUnit != .count else { return false }
    let isUnit = unit.unicodeScalars.first.map { !("0"..."9").contains($0) && $0 != "." }
    return isUnit == true && ownUnit.number(of: number + unit) != nil
  }

  var isOfPorts: Bool {
    if case .ports = values { true } else { false }
  }

  var isOfNamespace: Bool {
    if case .namespace = values { true } else { false }
  }

  /// Whether its values change though no batch reports the connection.
  var dependsOnTime: Bool { Self.ofTime.contains(name) }
}
