/// A figure of a connection, declared once: JSON, filters, columns, the man page and, of numbers, the
/// doctor's comparison with sock_diag have it from here.
package struct Metric: Sendable {
  /// What its numbers are of.
  package enum Unit: Hashable, Sendable {
    case count, bytes, bytesPerSecond, microseconds
    /// It is a text.
    case text
  }

  package enum Kind: Hashable, Sendable {
    /// It grows while the connection lives.
    case counter
    /// It rises and falls.
    case gauge
  }

  /// What a group of connections has of it. `Counters.combine(_:)` and `Growth` of the view model
  /// are this in code, as a closure for each metric and row takes too long: a test compares them.
  package enum GroupRule: Hashable, Sendable {
    /// Nothing.
    case none
    /// The sum of those that are known.
    case sum
    case greatest, least
    /// That of the first connection with the greatest round-trip time.
    case ofGreatestRTT
  }

  /// Where the value of a connection is.
  package enum Value: Sendable {
    case number(@Sendable (Counters) -> UInt64?)
    case text(@Sendable (Counters) -> String?)
  }

  /// How the value of a connection is set; a number that is too large is the largest there is.
  package enum Store: Sendable {
    case number(@Sendable (inout Counters, UInt64?) -> Void)
    case text(@Sendable (inout Counters, String?) -> Void)
  }

  /// The name in JSON and in filters.
  package let name: String
  /// The title of its column.
  package let title: String
  /// A phrase for the help and the man page.
  package let meaning: String
  /// The fields of the kernel that it is made of.
  package let kernelField: String
  package let unit: Unit
  package let kind: Kind
  package let groupRule: GroupRule
  package let value: Value
  /// Puts a value back where `value` reads it, for what keeps counters elsewhere.
  package let store: Store
  /// The same figure in sock_diag's answer; `nil` where that has none to compare.
  package let diagnosed: (@Sendable (SocketDetails) -> Diagnosed)?
  /// Whether it is of a queue: a listener has its queue of connections there.
  package let isOfQueue: Bool

  /// What sock_diag reports of it.
  package enum Diagnosed: Hashable, Sendable {
    case number(UInt64?)
    case text(String?)
  }

  init<Figure: FixedWidthInteger & Sendable>(
    _ name: String,
    _ title: String,
    _ meaning: String,
    kernelField: String,
    unit: Unit,
    kind: Kind = .gauge,
    isOfQueue: Bool = false,
    inGroups groupRule: GroupRule = .none,
    _ value: @escaping @Sendable (Counters) -> Figure?,
    _ store: @escaping @Sendable (inout Counters, Figure?) -> Void,
    _ diagnosed: (@Sendable (SocketDetails) -> (some BinaryInteger & Sendable)?)?
  ) {
    self.name = name
    self.title = title
    self.meaning = meaning
    self.kernelField = kernelField
    self.unit = unit
    self.kind = kind
    self.groupRule = groupRule
    self.isOfQueue = isOfQueue
    self.value = .number { counters in value(counters).map { UInt64(clamping: $0) } }
    self.store = .number { counters, number in
      store(&counters, number.map { Figure(clamping: $0) })
    }
    self.diagnosed = diagnosed.map { figure -> @Sendable (SocketDetails) -> Diagnosed in
      { details in Diagnosed.number(figure(details).map { UInt64(clamping: $0) }) }
    }
  }

  init(
    _ name: String,
    _ title: String,
    _ meaning: String,
    kernelField: String,
    text value: @escaping @Sendable (Counters) -> String?,
    _ store: @escaping @Sendable (inout Counters, String?) -> Void,
    _ diagnosed: (@Sendable (SocketDetails) -> String?)?
  ) {
    self.name = name
    self.title = title
    self.meaning = meaning
    self.kernelField = kernelField
    unit = .text
    kind = .gauge
    groupRule = .none
    isOfQueue = false
    self.value = .text(value)
    self.store = .text(store)
    self.diagnosed = diagnosed.map { figure -> @Sendable (SocketDetails) -> Diagnosed in
      { details in Diagnosed.text(figure(details)) }
    }
  }

  /// All metrics, in the order in which JSON has them.
  package static let all = Counters.metrics + PathFigures.metrics
}
