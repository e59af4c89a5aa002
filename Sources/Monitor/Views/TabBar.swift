import Terminal

/// The views by their numbers, the present one marked, in as many words as there is room for.
struct TabBar {
  private let current: ViewKind

  init(_ current: ViewKind) {
    self.current = current
  }

  /// Where the tab of a view stands.
  struct Tab: Hashable, Sendable {
    let kind: ViewKind
    let columns: Range<Int>
  }

  /// Where the tabs stand, of a bar that begins at `x`.
  func tabs(x: Int, columns: Int) -> [Tab] {
    let parts = parts(columns: columns)
    guard parts.count == ViewKind.allCases.count else { return [] }
    var x = x
    return zip(ViewKind.allCases, parts).map { kind, part in
      defer { x += part.text.count }
      return Tab(kind: kind, columns: x..<x + part.text.count)
    }
  }

  func parts(columns: Int) -> [StyledLine.Part] {
    let wordings: [[String]] = [
      ViewKind.allCases.map { "\($0.number) \($0.title)" },
      ViewKind.allCases.map { $0 == current ? "\($0.number) \($0.title)" : "\($0.number)" },
      ["\(current.number) \(current.title)"],
    ]
    let fitting = wordings.first { words in
      words.reduce(0) { $0 + $1.count + 2 } <= columns
    }
    guard let fitting else { return [] }
    return fitting.map { word in
      let isCurrent = word.hasPrefix("\(current.number)")
      return isCurrent ? .init("[\(word)]", .barStrong) : .init(" \(word) ", .bar)
    }
  }
}

extension ViewKind {
  /// What its tab says.
  var title: String {
    switch self {
    case .connections: "Connections"
    case .processes: "Processes"
    case .hosts: "Hosts"
    case .namespaces: "Namespaces"
    case .listeners: "Listeners"
    case .closed: "Closed"
    }
  }
}
