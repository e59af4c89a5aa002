import Terminal

/// The views by their numbers, the present one marked, in as many words as there is room for.
struct TabBar {
  private let current: ViewKind

  init(_ current: ViewKind) {
    self.current = current
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
