import Connections

/// A figure of the details, as data: the view, the help and the man page use one list.
package struct DetailsFigure: Sendable {
  /// The text of a value; `nil` if it is not known.
  package typealias Value = @Sendable (DetailsFacts) -> String?
  typealias SocketValue = @Sendable (SocketDetails, FigureText) -> String?

  /// As `ss` names it, or the kernel where `ss` has no name.
  package let label: String
  package let meaning: String
  /// Whether its text may be long, so that it needs whole lines.
  package let isLong: Bool
  /// Whether it is left out if unknown, because most sockets have none.
  package let isOptional: Bool
  package let value: Value
  /// Whether it is worth a look.
  package let isNotable: @Sendable (DetailsFacts) -> Bool

  init(
    _ label: String,
    _ meaning: String,
    isLong: Bool = false,
    isOptional: Bool = false,
    of value: @escaping Value
  ) {
    self.label = label
    self.meaning = meaning
    self.isLong = isLong
    self.isOptional = isOptional
    self.value = value
    isNotable = { _ in false }
  }

  /// A figure of the kernel's details.
  init(
    _ label: String,
    _ meaning: String,
    isLong: Bool = false,
    isOptional: Bool = false,
    isNotable: @escaping @Sendable (SocketDetails) -> Bool = { _ in false },
    _ value: @escaping SocketValue
  ) {
    self.label = label
    self.meaning = meaning
    self.isLong = isLong
    self.isOptional = isOptional
    self.value = { facts in
      facts.socket.flatMap { value($0, FigureText(presentation: facts.presentation)) }
    }
    self.isNotable = { $0.socket.map(isNotable) ?? false }
  }
}

/// Figures that belong together.
package struct DetailsGroup: Sendable {
  package let title: String
  package let figures: [DetailsFigure]
  /// The sockets that have them.
  let kinds: Set<DetailsFacts.Kind>
  /// Whether they come from the kernel, and so need a query.
  let isOfSocket: Bool
  /// Whether it is left out if none of its figures is known.
  let isOfProblems: Bool

  init(
    _ title: String,
    of kinds: Set<DetailsFacts.Kind> = [.connection, .listener, .datagrams, .small, .closed],
    isOfSocket: Bool = false,
    isOfProblems: Bool = false,
    _ figures: [DetailsFigure]
  ) {
    self.title = title
    self.kinds = kinds
    self.isOfSocket = isOfSocket
    self.isOfProblems = isOfProblems
    self.figures = figures
  }

  /// All groups in the order of the view.
  package static let all: [DetailsGroup] =
    [
      connection, problems, owner, lastFigures, datagrams, state, acceptQueue, roundTripTime,
      windows,
    ]
    + [congestionControl, pacing, traffic, retransmits, reordering, queues, socketMemory, sizes]
    + [options]

  /// The groups that have something to show.
  package static func shown(_ facts: DetailsFacts) -> [DetailsGroup] {
    all.filter { group in
      if group.title == lastFigures.title, facts.socket != nil, facts.kind != .closed {
        return false
      }
      if group.isOfProblems, group.figures.allSatisfy({ $0.value(facts) == nil }) { return false }
      return group.kinds.contains(facts.kind) && (!group.isOfSocket || facts.socket != nil)
    }
  }
}
